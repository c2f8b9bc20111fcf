// SPDX-License-Identifier: Apache-2.0
#include "definition/info.hpp"

#include "base/strings.hpp"
#include "data/schema_read.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::definition {

namespace {

const std::vector<std::string>& known_categories() {
  static const std::vector<std::string> names{"networking",
                                              "security",
                                              "languages-and-frameworks",
                                              "integration-and-delivery",
                                              "message-queues",
                                              "api-management",
                                              "internet-of-things",
                                              "machine-learning-and-ai",
                                              "developer-tools",
                                              "data-science",
                                              "web-servers",
                                              "operating-systems",
                                              "content-management-system",
                                              "databases-and-storage",
                                              "monitoring-and-observability",
                                              "web-analytics"};
  return names;
}

void check_categories(const std::vector<Text>& categories, SchemaReader& report) {
  for (const Text& category : categories) {
    if (std::ranges::find(known_categories(), category.value) != known_categories().end()) continue;
    auto near_miss = nearest(category.value, known_categories());
    report.warning("unknown-category", category.where,
                   fmt::format("\"{}\" is none of the known categories", printable(category.value)),
                   near_miss ? fmt::format("did you mean \"{}\"?", *near_miss) : "");
  }
}

}  // namespace

std::optional<Info> load_info(const std::string& file, std::string_view text,
                              Diagnostics& diagnostics) {
  size_t errors_before = diagnostics.error_count();
  diagnostics.add_text(file, std::string(text));
  auto node = parse_yaml(text, file, diagnostics);
  if (!node) return std::nullopt;
  std::vector<std::string> files{file};
  SchemaReader reader(diagnostics, files);
  Info info;
  reader.read(*node, "", info);
  check_categories(info.metadata.categories, reader);
  if (diagnostics.error_count() > errors_before) return std::nullopt;
  return info;
}

}  // namespace kiln::definition

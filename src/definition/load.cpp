// SPDX-License-Identifier: Apache-2.0
//
// Text -> YAML tree -> includes merged in -> blocks -> checks. Each stage goes on after mistakes as
// long as there is something to go on with.
#include "base/strings.hpp"
#include "data/schema_read.hpp"
#include "data/schema_write.hpp"
#include "data/yaml_write.hpp"
#include "definition/checks.hpp"
#include "definition/definition.hpp"
#include "definition/include.hpp"

#include <fmt/format.h>

namespace kiln::definition {

namespace {

constexpr uint64_t k_file_limit = 4U << 20;

// "image/curl/debian-13/8" for root/image/curl/debian-13/8.yaml, however the two are written and
// wherever the process runs; the file's own name elsewhere.
std::string definition_id(const Path& file, const Path& root) {
  std::error_code ignored;
  Path absolute = std::filesystem::absolute(file, ignored).lexically_normal();
  Path base = std::filesystem::absolute(root, ignored).lexically_normal();
  Path below = absolute.lexically_relative(base);
  if (below.empty() || *below.begin() == "..") below = file.filename();
  if (below.extension() == ".yaml" || below.extension() == ".yml") below.replace_extension();
  return below.generic_string();
}

std::string syntax_of(std::string_view text) {
  std::string_view line = trim(take_until(text, '\n'));
  if (!line.starts_with('#')) return {};
  line = trim(line.substr(1));
  return line.starts_with("syntax=") ? std::string(line.substr(7)) : std::string();
}

Kind kind_of(const Definition& definition) {
  if (definition.variant.value == Variant::helm || definition.id.starts_with("chart/"))
    return Kind::chart;
  std::string_view repository = definition.image.value;
  repository.remove_prefix(repository.rfind('/') + 1);
  bool is_package = definition.id.starts_with("package/") || repository.starts_with("pkg-");
  return is_package ? Kind::package : Kind::image;
}

}  // namespace

std::string_view str(Kind kind) {
  switch (kind) {
    case Kind::image:
      return "image";
    case Kind::package:
      return "package";
    case Kind::chart:
      return "chart";
  }
  return {};
}

Location Definition::location(const Position& at) const {
  return {at.file < files.size() ? files[at.file] : std::string(), at.line, at.column};
}

bool Definition::operator==(const Definition& other) const {
  auto node = [](const Definition& definition) { return to_node(definition); };
  return kind == other.kind && syntax == other.syntax && node(*this) == node(other);
}

Path find_root(const Path& file) {
  return RootFinder().find(file);
}

Path RootFinder::find(const Path& file) {
  auto [known, is_new] = roots_.try_emplace(file.parent_path());
  if (!is_new) return known->second;
  std::error_code ignored;
  Path start = std::filesystem::absolute(file, ignored).lexically_normal().parent_path();
  const Path& marked = nearest(start);
  known->second = marked.empty() ? start : marked;
  return known->second;
}

const Path& RootFinder::nearest(const Path& directory) {
  auto [known, is_new] = nearest_.try_emplace(directory);
  if (!is_new) return known->second;
  std::error_code ignored;
  for (std::string_view mark : {"image", "package", "chart", ".git"})
    if (std::filesystem::exists(directory / mark, ignored)) return known->second = directory;
  Path above = directory.parent_path();
  if (!above.empty() && above != directory) known->second = nearest(above);
  return known->second;
}

std::optional<Definition> load(const Path& file, std::string_view text, Diagnostics& diagnostics,
                               const LoadOptions& options) {
  size_t errors_before = diagnostics.error_count();
  Path root = options.root.empty() ? find_root(file) : options.root;
  Definition definition;
  definition.files.push_back(file.generic_string());
  diagnostics.add_text(definition.files.front(), std::string(text));
  auto node = parse_yaml(text, definition.files.front(), diagnostics);
  if (!node) return std::nullopt;
  if (node->is_null()) {
    diagnostics.error("syntax", {definition.files.front(), 0, 0}, "the definition is empty",
                      "begin with name:, image:, tags: and contents:");
    return std::nullopt;
  }
  merge_includes(*node, file, root, definition.files, diagnostics);
  SchemaReader reader(diagnostics, definition.files);
  reader.read(*node, "", definition);
  definition.syntax = syntax_of(text);
  definition.id = definition_id(file, root);
  definition.kind = kind_of(definition);
  check(definition, reader);
  if (options.check_sources) check_sources(definition, root, reader);
  if (diagnostics.error_count() > errors_before) return std::nullopt;
  return definition;
}

std::optional<Definition> load_file(const Path& file, Diagnostics& diagnostics,
                                    const LoadOptions& options) {
  auto text = read_file(file, k_file_limit);
  if (!text) {
    diagnostics.error("unreadable", {file.generic_string(), 0, 0}, text.error().str(),
                      text.error().hint);
    return std::nullopt;
  }
  return load(file, *text, diagnostics, options);
}

std::string print(const Definition& definition) {
  std::string out;
  if (!definition.syntax.empty()) out = fmt::format("# syntax={}\n\n", definition.syntax);
  return out + write_yaml(to_node(definition).value_or(YamlNode{}));
}

}  // namespace kiln::definition

// SPDX-License-Identifier: Apache-2.0
//
// Reads the configuration file. The keys are a table: name and what its value does to a Config.
#include "cli/config_file.hpp"

#include "base/strings.hpp"
#include "base/units.hpp"
#include "cli/evidence_request.hpp"
#include "data/yaml.hpp"
#include "net/url.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace kiln::cli {

namespace {

constexpr uint64_t k_largest_file = 1U << 20;

class Reader {
 public:
  Reader(std::string file, Diagnostics& diagnostics)
      : file_(std::move(file)), diagnostics_(diagnostics) {}

  void wrong(const YamlNode& node, std::string message, std::string advice = {}) {
    diagnostics_.error("configuration", {file_, node.start.line, node.start.column},
                       std::move(message), std::move(advice));
  }

  // A scalar's text; reports and returns nothing for anything else.
  std::optional<std::string> text(const YamlNode& node, std::string_view key) {
    if (node.is_scalar()) return node.text;
    wrong(node, fmt::format("{} is a text, not {}", key, node.description()));
    return std::nullopt;
  }

  std::vector<std::string> texts(const YamlNode& node, std::string_view key) {
    std::vector<std::string> list;
    if (!node.is_sequence()) wrong(node, fmt::format("{} is a list of texts", key));
    for (const YamlNode& item : node.items)
      if (auto value = text(item, key)) list.push_back(*value);
    return list;
  }

  // Base URLs; a directory of this machine may be named by its path.
  std::vector<std::string> places(const YamlNode& node, std::string_view key) {
    std::vector<std::string> list;
    if (!node.is_sequence()) wrong(node, fmt::format("{} is a list of URLs", key));
    for (const YamlNode& item : node.items) {
      auto value = text(item, key);
      if (!value) continue;
      if (value->starts_with('/')) *value = "file://" + escape_path(*value);
      if (Url::parse(*value))
        list.push_back(*value);
      else
        wrong(item, fmt::format("{} has \"{}\", which is no URL", key, printable(*value)),
              "write http://HOST/PATH, or the path of a directory from / on");
    }
    return list;
  }

  // Hands on the value of a fallible reading, or reports its error at the node.
  template <typename T>
  void take(const YamlNode& node, Result<T> result, T& into) {
    if (result) {
      into = std::move(*result);
    } else {
      wrong(node, result.error().message, result.error().hint);
    }
  }

 private:
  std::string file_;
  Diagnostics& diagnostics_;
};

void read_threads(Reader& reader, const YamlNode& node, Config& config) {
  std::optional<int64_t> number = node.as_int();
  if (!number || *number < 1 || *number > 1024)
    return reader.wrong(node, "threads is a number from 1 to 1024");
  config.threads = static_cast<size_t>(*number);
}

void read_offline(Reader& reader, const YamlNode& node, Config& config) {
  if (auto value = node.as_bool()) {
    config.offline = *value;
  } else {
    reader.wrong(node, "offline is true or false");
  }
}

void read_compression(Reader& reader, const YamlNode& node, Config& config) {
  if (node.text != "gzip" && node.text != "zstd")
    return reader.wrong(node, "compression is gzip or zstd");
  config.compression = node.text;
}

void read_rewrites(Reader& reader, const YamlNode& node, Config& config) {
  if (!node.is_sequence()) return reader.wrong(node, "rewrites is a list of {from, to}");
  for (const YamlNode& item : node.items) {
    const YamlNode* from = item.find("from");
    const YamlNode* to = item.find("to");
    if (from == nullptr || to == nullptr || item.entries.size() != 2 || !from->is_scalar() ||
        to->is_mapping() || to->is_sequence()) {
      reader.wrong(item, "a rewrite has the two keys from and to",
                   "an empty `to` drops the repository and its keyrings");
      continue;
    }
    config.rewrites.push_back({from->text, to->text});
  }
}

void read_evidence(Reader& reader, const YamlNode& node, Config& config) {
  if (!node.is_mapping())
    return reader.wrong(node, "evidence is a mapping with the keys forms and documents");
  for (const YamlEntry& entry : node.entries) {
    if (entry.key.text == "forms") {
      std::vector<std::string> names = reader.texts(entry.value, "evidence.forms");
      reader.take(entry.value, parse_forms(names), config.evidence_forms);
    } else if (entry.key.text == "documents") {
      std::vector<std::string> names = reader.texts(entry.value, "evidence.documents");
      reader.take(entry.value, parse_documents(names), config.evidence_documents);
    } else {
      reader.wrong(entry.key, fmt::format("unknown key \"{}\"", printable(entry.key.text)),
                   "known keys: forms, documents");
    }
  }
}

using Setting = void (*)(Reader&, const YamlNode&, Config&);

constexpr std::array<std::pair<std::string_view, Setting>, 17> k_settings = {{
    {"store",
     [](Reader& r, const YamlNode& n, Config& c) {
       if (auto value = r.text(n, "store")) c.store = *value;
     }},
    {"threads", read_threads},
    {"offline", read_offline},
    {"platforms",
     [](Reader& r, const YamlNode& n, Config& c) { c.platforms = r.texts(n, "platforms"); }},
    {"compression", read_compression},
    {"pins", [](Reader& r, const YamlNode& n,
                Config& c) { r.take(n, plan::parse_pin_policy(n.text), c.pins); }},
    {"rewrites", read_rewrites},
    {"keyrings",
     [](Reader& r, const YamlNode& n, Config& c) {
       for (const std::string& path : r.texts(n, "keyrings")) c.keyrings.emplace_back(path);
     }},
    {"mirrors",
     [](Reader& r, const YamlNode& n, Config& c) { c.mirrors = r.places(n, "mirrors"); }},
    {"security-mirrors", [](Reader& r, const YamlNode& n,
                            Config& c) { c.security_mirrors = r.places(n, "security-mirrors"); }},
    {"alpine-mirrors", [](Reader& r, const YamlNode& n,
                          Config& c) { c.alpine_mirrors = r.places(n, "alpine-mirrors"); }},
    {"greatest-age",
     [](Reader& r, const YamlNode& n, Config& c) { r.take(n, parse_age(n.text), c.greatest_age); }},
    {"snapshots",
     [](Reader& r, const YamlNode& n, Config& c) { c.snapshots = r.texts(n, "snapshots"); }},
    {"proxy",
     [](Reader& r, const YamlNode& n, Config& c) {
       if (auto value = r.text(n, "proxy")) c.proxy = *value;
     }},
    {"ca-file",
     [](Reader& r, const YamlNode& n, Config& c) {
       if (auto value = r.text(n, "ca-file")) c.ca_file = *value;
     }},
    {"evidence", read_evidence},
    {"signer",
     [](Reader& r, const YamlNode& n, Config& c) {
       if (auto value = r.text(n, "signer")) c.signer = *value;
     }},
}};

void read_entry(Reader& reader, const YamlEntry& entry, Config& config) {
  auto found = std::find_if(k_settings.begin(), k_settings.end(),
                            [&](const auto& s) { return s.first == entry.key.text; });
  if (found != k_settings.end()) return found->second(reader, entry.value, config);
  std::vector<std::string> known;
  for (const auto& setting : k_settings) known.emplace_back(setting.first);
  std::optional<std::string> near = nearest(entry.key.text, known);
  reader.wrong(entry.key, fmt::format("unknown key \"{}\"", printable(entry.key.text)),
               near ? fmt::format("did you mean {}?", *near)
                    : fmt::format("known keys: {}", fmt::join(known, ", ")));
}

}  // namespace

Result<Config> read_config_file(const Path& path, Diagnostics& diagnostics) {
  std::string text = TRY(read_file(path, k_largest_file));
  diagnostics.add_text(path.string(), text);
  Config config;
  std::optional<YamlNode> root = parse_yaml(text, path.string(), diagnostics);
  if (!root || root->is_null()) return config;
  Reader reader(path.string(), diagnostics);
  if (!root->is_mapping()) {
    reader.wrong(*root, "a configuration is a mapping of keys to values");
    return config;
  }
  for (const YamlEntry& entry : root->entries) read_entry(reader, entry, config);
  return config;
}

}  // namespace kiln::cli

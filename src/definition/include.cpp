// SPDX-License-Identifier: Apache-2.0
#include "definition/include.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace kiln::definition {

namespace {

constexpr uint64_t k_file_limit = 4U << 20;
constexpr size_t k_files_limit = 100;

void append_missing(std::vector<YamlNode>& list, std::vector<YamlNode>&& more, bool once) {
  for (YamlNode& item : more) {
    bool there = once && std::ranges::find(list, item) != list.end();
    if (!there) list.push_back(std::move(item));
  }
}

// Lays `over` over `base`.
void merge(YamlNode& base, YamlNode&& over, std::string_view key) {
  if (base.is_sequence() && over.is_sequence()) {
    append_missing(base.items, std::move(over.items), key == "packages" || key == "tags");
    return;
  }
  if (!base.is_mapping() || !over.is_mapping()) {
    base = std::move(over);
    return;
  }
  base.start = over.start;
  base.end = over.end;
  for (YamlEntry& entry : over.entries) {
    if (YamlNode* there = base.find(entry.key.text))
      merge(*there, std::move(entry.value), entry.key.text);
    else
      base.entries.push_back(std::move(entry));
  }
}

class Includer {
 public:
  Includer(const Path& root, std::vector<std::string>& files, Diagnostics& diagnostics)
      : root_(root), files_(files), diagnostics_(diagnostics) {}

  // Resolves the includes of a node that came from the file `name` (relative to the root).
  void resolve(YamlNode& node, const std::string& name) {
    auto entry = std::ranges::find_if(
        node.entries, [](const YamlEntry& candidate) { return candidate.key.text == "includes"; });
    if (!node.is_mapping() || entry == node.entries.end() || !entry->value.is_sequence()) return;
    YamlNode list = std::move(entry->value);
    node.entries.erase(entry);
    open_.push_back(name);
    YamlNode merged;
    merged.kind = YamlNode::Kind::mapping;
    for (const YamlNode& item : list.items)
      if (auto included = read(item)) merge(merged, std::move(*included), "");
    merge(merged, std::move(node), "");
    node = std::move(merged);
    open_.pop_back();
  }

 private:
  std::nullopt_t refuse(const YamlNode& item, std::string message, std::string advice = {}) {
    diagnostics_.error("include", {files_[item.start.file], item.start.line, item.start.column},
                       std::move(message), std::move(advice));
    return std::nullopt;
  }

  std::optional<YamlNode> read(const YamlNode& item) {
    if (!item.is_scalar())
      return refuse(item,
                    fmt::format("an include must be a file's name, not {}", item.description()));
    auto name = clean_path(item.text);
    if (!name || name->empty() || item.text.starts_with('/'))
      return refuse(item, fmt::format("\"{}\" is no path below the root", item.text),
                    "write it relative to the directory that holds image/ and package/");
    if (std::ranges::find(open_, *name) != open_.end())
      return refuse(item, fmt::format("\"{}\" includes itself", *name));
    if (!seen_.insert(*name).second) return std::nullopt;
    if (seen_.size() > k_files_limit)
      return refuse(item, fmt::format("more than {} files are included", k_files_limit));
    auto text = read_file(root_ / *name, k_file_limit);
    if (!text)
      return refuse(item, text.error().str(),
                    fmt::format("looked below {}", root_.generic_string()));
    auto number = static_cast<uint32_t>(files_.size());
    files_.push_back((root_ / *name).generic_string());
    auto node = parse_yaml(*text, files_.back(), diagnostics_, number);
    diagnostics_.add_text(files_.back(), std::move(*text));
    if (!node) return std::nullopt;
    if (!node->is_mapping())
      return refuse(item,
                    fmt::format("\"{}\" holds {}, not a mapping", *name, node->description()));
    resolve(*node, *name);
    return node;
  }

  const Path& root_;
  std::vector<std::string>& files_;
  Diagnostics& diagnostics_;
  std::vector<std::string> open_;  // the chain of files that are being included
  std::set<std::string> seen_;
};

}  // namespace

void merge_includes(YamlNode& node, const Path& file, const Path& root,
                    std::vector<std::string>& files, Diagnostics& diagnostics) {
  if (!node.find("includes")) return;
  std::error_code ignored;
  Path absolute = std::filesystem::absolute(file, ignored).lexically_normal();
  Path absolute_root = std::filesystem::absolute(root, ignored).lexically_normal();
  std::string name = absolute.lexically_relative(absolute_root).generic_string();
  Includer(root, files, diagnostics).resolve(node, name);
}

}  // namespace kiln::definition

// SPDX-License-Identifier: Apache-2.0
#include "data/schema_read.hpp"

#include "base/strings.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln {

namespace {

// What to do about a value of the wrong kind, where that is plain.
std::string advice_for(const YamlNode& found, std::string_view expected) {
  if (found.is_null())
    return expected == "a string" ? "write \"\" for an empty text, or leave the key out"
                                  : "give it a value, or leave the key out";
  if (expected == "a list" && found.is_scalar())
    return "write each item in a line of its own, after \"- \"";
  YamlNode unquoted = found;
  unquoted.plain = true;
  bool quotes_are_wrong = (expected == "a whole number" && unquoted.as_int()) ||
                          (expected == "true or false" && unquoted.as_bool());
  return quotes_are_wrong ? "remove the quotes" : "";
}

}  // namespace

Location SchemaReader::location(const Position& at) const {
  return {at.file < files_.size() ? files_[at.file] : std::string(), at.line, at.column};
}

void SchemaReader::error(std::string rule, const Position& at, std::string message,
                         std::string advice) {
  diagnostics_.error(std::move(rule), location(at), std::move(message), std::move(advice));
}

void SchemaReader::warning(std::string rule, const Position& at, std::string message,
                           std::string advice) {
  diagnostics_.warning(std::move(rule), location(at), std::move(message), std::move(advice));
}

bool SchemaReader::expect(const YamlNode& node, bool fits, std::string_view name,
                          std::string_view expected) {
  if (fits) return true;
  error("wrong-type", node.start,
        fmt::format("{} must be {}, not {}",
                    name.empty() ? std::string("the file") : fmt::format("\"{}\"", name), expected,
                    node.description()),
        advice_for(node, expected));
  return false;
}

void SchemaReader::report_unknown_word(const YamlNode& node, std::string_view name,
                                       std::span<const std::string> words) {
  auto near_miss = nearest(node.text, words);
  error("bad-value", node.start, fmt::format("\"{}\" cannot be \"{}\"", name, printable(node.text)),
        near_miss ? fmt::format("did you mean \"{}\"?", *near_miss)
                  : fmt::format("it is one of {}", join(words, ", ")));
}

void SchemaReader::read(YamlNode& node, std::string_view name, Text& out) {
  if (expect(node, node.is_scalar(), name, "a string")) out = {std::move(node.text), node.start};
}

void SchemaReader::read(YamlNode& node, std::string_view name, Located<int64_t>& out) {
  auto value = node.as_int();
  if (expect(node, value.has_value(), name, "a whole number")) out = {*value, node.start};
}

void SchemaReader::read(YamlNode& node, std::string_view name, Located<bool>& out) {
  auto value = node.as_bool();
  if (expect(node, value.has_value(), name, "true or false")) out = {*value, node.start};
}

void SchemaReader::read(YamlNode& node, std::string_view name, TextMap& out) {
  if (!expect(node, node.is_mapping(), name, "a mapping")) return;
  out.reserve(node.entries.size());
  for (YamlEntry& entry : node.entries) {
    TextMapEntry& read_entry = out.emplace_back();
    read(entry.value, entry.key.text, read_entry.value);
    read_entry.key = {std::move(entry.key.text), entry.key.start};
  }
}

void SchemaReader::read(YamlNode& node, std::string_view name, YamlNode& out) {
  if (expect(node, node.is_mapping(), name, "a mapping")) out = std::move(node);
}

void SchemaReader::read(YamlNode& node, std::string_view, AnyNode& out) {
  out.node = std::move(node);
}

YamlNode* BlockFields::take(std::string_view key) {
  known_.push_back(key);
  for (size_t i = 0; i < used_.size(); ++i) {
    if (used_[i] || mapping_.entries[i].key.text != key) continue;
    used_[i] = true;
    ++used_count_;
    return &mapping_.entries[i].value;
  }
  return nullptr;
}

void BlockFields::report_missing(std::string_view key, const YamlNode* empty_list) {
  std::string_view wrong = empty_list ? "empty" : "missing";
  reader_.error("missing-key", empty_list ? empty_list->start : mapping_.start,
                name_.empty() ? fmt::format("\"{}\" is {}", key, wrong)
                              : fmt::format("\"{}\" is {} in \"{}\"", key, wrong, name_));
}

void BlockFields::finish() {
  if (used_count_ == used_.size()) return;
  std::vector<std::string> known(known_.begin(), known_.end());
  for (size_t i = 0; i < used_.size(); ++i) {
    const YamlNode& key = mapping_.entries[i].key;
    if (used_[i] || std::ranges::find(known, key.text) != known.end()) continue;
    auto near_miss = nearest(key.text, known);
    reader_.error("unknown-key", key.start,
                  name_.empty()
                      ? fmt::format("unknown key \"{}\"", printable(key.text))
                      : fmt::format("unknown key \"{}\" in \"{}\"", printable(key.text), name_),
                  near_miss ? fmt::format("did you mean \"{}\"?", *near_miss)
                            : fmt::format("known here: {}", join(known, ", ")));
  }
}

}  // namespace kiln

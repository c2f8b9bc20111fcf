// SPDX-License-Identifier: Apache-2.0
//
// libyaml's events into nodes. This is the only file that sees libyaml.
#include "data/utf8.hpp"
#include "data/yaml.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>
#include <yaml.h>

namespace kiln {

namespace {

constexpr size_t k_size_limit = 4U << 20;
constexpr size_t k_depth_limit = 64;
constexpr size_t k_key_limit = 256;
constexpr size_t k_alias_node_limit = 200'000;

// Turns libyaml's character indexes into byte indexes. Events come nearly in the order of the
// text, so the walk is short.
class ByteIndex {
 public:
  explicit ByteIndex(std::string_view text)
      : text_(text), ascii_(std::ranges::all_of(text, [](char c) { return (c & 0x80) == 0; })) {}

  size_t at(size_t character) {
    if (ascii_) return std::min(character, text_.size());
    for (; characters_ < character && bytes_ < text_.size(); ++characters_) {
      ++bytes_;
      while (bytes_ < text_.size() && continues(bytes_)) ++bytes_;
    }
    for (; characters_ > character && bytes_ > 0; --characters_) {
      --bytes_;
      while (bytes_ > 0 && continues(bytes_)) --bytes_;
    }
    return bytes_;
  }

 private:
  bool continues(size_t i) const { return (static_cast<unsigned char>(text_[i]) & 0xC0) == 0x80; }
  std::string_view text_;
  bool ascii_;
  size_t characters_ = 0;
  size_t bytes_ = 0;
};

// libyaml's most frequent complaints in our words; it names others itself.
std::string in_our_words(std::string_view problem) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 12> k_words{{
      {"mapping values are not allowed in this context",
       "a \": \" stands where no key can be; quote the text if it is part of a value"},
      {"could not find expected ':'", "expected \": \" after this key"},
      {"did not find expected key", "expected a key here; is the indentation right?"},
      {"did not find expected '-' indicator",
       "expected \"- \" or the end of the list; is the indentation right?"},
      {"found character that cannot start any token",
       "a value cannot begin with this character; quote it"},
      {"found unexpected end of stream", "the quotes are not closed"},
      {"did not find expected ',' or '}'", "expected \",\" or \"}\""},
      {"did not find expected ',' or ']'", "expected \",\" or \"]\""},
      {"block sequence entries are not allowed in this context", "a list item cannot stand here"},
      {"control characters are not allowed", "control characters are not allowed"},
      {"found unknown escape character", "unknown escape in a double-quoted text"},
      {"did not find expected node content", "expected a value here"},
  }};
  for (auto [theirs, ours] : k_words)
    if (problem == theirs) return std::string(ours);
  return fmt::format("not valid YAML: {}", problem);
}

size_t count_nodes(const YamlNode& node) {
  size_t count = 1;
  for (const YamlNode& item : node.items) count += count_nodes(item);
  for (const YamlEntry& entry : node.entries) count += 1 + count_nodes(entry.value);
  return count;
}

class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { yaml_event_delete(&event_); }
  yaml_event_t* fill() {
    yaml_event_delete(&event_);
    return &event_;
  }
  const yaml_event_t* operator->() const { return &event_; }

 private:
  yaml_event_t event_{};
};

std::string_view view(const yaml_char_t* text, size_t length) {
  return {reinterpret_cast<const char*>(text), length};
}

std::string_view view(const yaml_char_t* text) {
  return text ? std::string_view(reinterpret_cast<const char*>(text)) : std::string_view{};
}

// Every reading function returns false after it has reported why.
class TreeBuilder {
 public:
  TreeBuilder(std::string_view text, const std::string& file, Diagnostics& diagnostics,
              uint32_t file_number)
      : text_(text),
        file_(file),
        diagnostics_(diagnostics),
        file_number_(file_number),
        byte_index_(text) {
    ASSERT(yaml_parser_initialize(&parser_));
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
  }
  TreeBuilder(const TreeBuilder&) = delete;
  TreeBuilder& operator=(const TreeBuilder&) = delete;
  ~TreeBuilder() { yaml_parser_delete(&parser_); }

  std::optional<YamlNode> document() {
    YamlNode root;
    root.start = root.end = {1, 1, 0, file_number_};
    if (!next() || !next()) return std::nullopt;  // stream start, then a document or the end
    if (event_->type == YAML_STREAM_END_EVENT) return root;
    if (!next() || !node(root, 0) || !next() || !next()) return std::nullopt;
    if (event_->type != YAML_STREAM_END_EVENT) {
      report("syntax", event_->start_mark, "a second document begins here",
             "put each document into its own file");
      return std::nullopt;
    }
    return root;
  }

 private:
  Position position(const yaml_mark_t& mark) {
    return {static_cast<uint32_t>(mark.line + 1), static_cast<uint32_t>(mark.column + 1),
            static_cast<uint32_t>(byte_index_.at(mark.index)), file_number_};
  }

  bool report(std::string rule, const Position& at, std::string message, std::string advice = {}) {
    diagnostics_.error(std::move(rule), {file_, at.line, at.column}, std::move(message),
                       std::move(advice));
    return false;
  }
  bool report(std::string rule, const yaml_mark_t& mark, std::string message,
              std::string advice = {}) {
    return report(std::move(rule), position(mark), std::move(message), std::move(advice));
  }

  bool next() { return yaml_parser_parse(&parser_, event_.fill()) == 1 || report_problem(); }

  bool report_problem() {
    if (parser_.error == YAML_READER_ERROR) {
      std::string_view before = text_.substr(0, parser_.problem_offset);
      size_t line_start = before.rfind('\n') + 1;
      Position at{static_cast<uint32_t>(std::ranges::count(before, '\n') + 1),
                  static_cast<uint32_t>(before.size() - line_start + 1)};
      return report("syntax", at, "control characters are not allowed");
    }
    Position at = position(parser_.problem_mark);
    if (at.index < text_.size() && text_[at.index] == '\t')
      return report("syntax", at, "a tab cannot be used here", "indent with spaces");
    return report("syntax", at, in_our_words(parser_.problem ? parser_.problem : "out of memory"));
  }

  // Reads the node that the current event begins; afterwards its last event is current.
  bool node(YamlNode& out, size_t depth) {
    if (depth > k_depth_limit)
      return report("limit", event_->start_mark,
                    fmt::format("nested more than {} levels deep", k_depth_limit));
    out.start = position(event_->start_mark);
    out.end = position(event_->end_mark);
    switch (event_->type) {
      case YAML_ALIAS_EVENT:
        return alias(out);
      case YAML_SCALAR_EVENT:
        return scalar(out);
      case YAML_SEQUENCE_START_EVENT:
        return sequence(out, depth);
      case YAML_MAPPING_START_EVENT:
        return mapping(out, depth);
      default:
        return report("syntax", event_->start_mark, "expected a value here");
    }
  }

  bool check_tag(std::string_view tag, const Position& at) {
    if (tag.empty()) return true;
    return report("tag", at, fmt::format("the tag \"{}\" is not supported", tag),
                  tag.starts_with('!')
                      ? fmt::format("quote a text that begins with \"!\": '{}'", tag)
                      : "leave it out, or quote the value");
  }

  bool alias(YamlNode& out) {
    std::string name(view(event_->data.alias.anchor));
    auto anchor = anchors_.find(name);
    if (anchor == anchors_.end())
      return report("alias", out.start, fmt::format("no anchor \"&{}\" stands before this", name));
    alias_nodes_ += anchor->second.count;
    if (alias_nodes_ > k_alias_node_limit)
      return report("limit", out.start, "aliases repeat too much of this file");
    Position start = out.start;
    Position end = out.end;
    out = anchor->second.node;
    out.start = start;
    out.end = end;
    return true;
  }

  bool scalar(YamlNode& out) {
    const auto& data = event_->data.scalar;
    out.text = view(data.value, data.length);
    out.plain = data.style == YAML_PLAIN_SCALAR_STYLE;
    bool is_null = out.plain && (out.text.empty() || out.text == "~" || out.text == "null" ||
                                 out.text == "Null" || out.text == "NULL");
    out.kind = is_null ? YamlNode::Kind::null : YamlNode::Kind::scalar;
    std::string_view tag = view(data.tag);
    if (!check_tag(tag, out.start)) return false;
    return remember(data.anchor ? std::string(view(data.anchor)) : std::string(), out);
  }

  bool sequence(YamlNode& out, size_t depth) {
    out.kind = YamlNode::Kind::sequence;
    std::string anchor(view(event_->data.sequence_start.anchor));
    if (!check_tag(view(event_->data.sequence_start.tag), out.start)) return false;
    while (next()) {
      if (event_->type == YAML_SEQUENCE_END_EVENT) {
        out.end = position(event_->end_mark);
        return remember(anchor, out);
      }
      if (!node(out.items.emplace_back(), depth + 1)) return false;
    }
    return false;
  }

  bool mapping(YamlNode& out, size_t depth) {
    out.kind = YamlNode::Kind::mapping;
    std::string anchor(view(event_->data.mapping_start.anchor));
    if (!check_tag(view(event_->data.mapping_start.tag), out.start)) return false;
    while (next()) {
      if (event_->type == YAML_MAPPING_END_EVENT) {
        out.end = position(event_->end_mark);
        report_duplicates(out);
        return remember(anchor, out);
      }
      YamlEntry& entry = out.entries.emplace_back();
      if (!key(entry.key, depth) || !next() || !node(entry.value, depth + 1)) return false;
    }
    return false;
  }

  bool key(YamlNode& out, size_t depth) {
    if (!node(out, depth + 1)) return false;
    if (out.is_sequence() || out.is_mapping())
      return report("syntax", out.start,
                    fmt::format("a key must be text, not {}", out.description()));
    if (out.text.size() > k_key_limit)
      return report("limit", out.start, fmt::format("a key is longer than {} bytes", k_key_limit));
    if (out.plain && out.text == "<<")
      return report("merge-key", out.start, "merge keys (\"<<\") are not supported",
                    "write the keys out, or use includes");
    out.kind = YamlNode::Kind::scalar;  // a key is its text, whatever its type
    out.plain = false;
    return true;
  }

  // Reports every repeated key; they do not stop the reading.
  void report_duplicates(const YamlNode& map) {
    std::vector<const YamlNode*> keys;
    keys.reserve(map.entries.size());
    for (const YamlEntry& entry : map.entries) keys.push_back(&entry.key);
    std::ranges::sort(keys, {}, [](const YamlNode* key) {
      return std::pair(std::string_view(key->text), key->start.index);
    });
    for (size_t i = 1; i < keys.size(); ++i) {
      if (keys[i]->text != keys[i - 1]->text) continue;
      report("duplicate-key", keys[i]->start,
             fmt::format("the key \"{}\" stands twice", keys[i]->text),
             fmt::format("it also stands in line {}", keys[i - 1]->start.line));
    }
  }

  bool remember(const std::string& anchor, const YamlNode& node) {
    if (!anchor.empty()) {
      size_t count = count_nodes(node);
      anchor_nodes_ += count;
      if (anchor_nodes_ > k_alias_node_limit)
        return report("limit", node.start, "anchors repeat too much of this file");
      anchors_.insert_or_assign(anchor, Anchor{node, count});
    }
    return true;
  }

  struct Anchor {
    YamlNode node;
    size_t count;
  };

  std::string_view text_;
  const std::string& file_;
  Diagnostics& diagnostics_;
  uint32_t file_number_;
  ByteIndex byte_index_;
  yaml_parser_t parser_{};
  Event event_;
  std::map<std::string, Anchor> anchors_;
  size_t alias_nodes_ = 0;
  size_t anchor_nodes_ = 0;
};

}  // namespace

std::optional<YamlNode> parse_yaml(std::string_view text, const std::string& file,
                                   Diagnostics& diagnostics, uint32_t file_number) {
  if (text.size() > k_size_limit) {
    diagnostics.error("limit", {file, 0, 0},
                      fmt::format("{} bytes are more than the 4 MiB allowed", text.size()));
    return std::nullopt;
  }
  if (auto place = find_invalid_utf8(text)) {
    std::string_view before = text.substr(0, *place);
    auto line = static_cast<uint32_t>(std::ranges::count(before, '\n') + 1);
    auto column = static_cast<uint32_t>(*place - (before.rfind('\n') + 1) + 1);
    diagnostics.error(
        "encoding", {file, line, column},
        fmt::format("byte 0x{:02x} is not valid UTF-8", static_cast<unsigned char>(text[*place])),
        "save the file as UTF-8");
    return std::nullopt;
  }
  return TreeBuilder(text, file, diagnostics, file_number).document();
}

}  // namespace kiln

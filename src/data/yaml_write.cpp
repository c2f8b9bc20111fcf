// SPDX-License-Identifier: Apache-2.0
#include "data/yaml_write.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace kiln {

namespace {

// Words that other readers of YAML (1.1) take for booleans or nothing.
bool is_reserved_word(std::string_view text) {
  constexpr std::array<std::string_view, 12> k_words{"y",    "n",     "yes",  "no", "on", "off",
                                                     "true", "false", "null", "~",  "=",  "<<"};
  return std::ranges::find(k_words, std::string_view(to_lower(text))) != k_words.end();
}

bool all_digits(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

// 2026-11-24, alone or with a time after it.
bool looks_like_date(std::string_view text) {
  return text.size() >= 8 && text[4] == '-' && all_digits(text.substr(0, 4)) &&
         text.substr(5, 3).contains('-') &&
         text.find_first_not_of("0123456789-:.+TtZz ") == text.npos;
}

// 1:30 and 1:30.5, which YAML 1.1 counts in sixties: digits { ":" one or two digits } [ "." digits
// ]
bool looks_like_time(std::string_view text) {
  size_t point = text.rfind('.');
  if (point != text.npos && !all_digits(text.substr(point + 1))) return false;
  auto groups = split(text.substr(0, point), ':');
  if (groups.size() < 2 || groups[0].empty()) return false;
  for (size_t i = 0; i < groups.size(); ++i)
    if (!all_digits(groups[i]) || groups[i].empty() || (i > 0 && groups[i].size() > 2))
      return false;
  return true;
}

// 1_000, which YAML 1.1 reads as 1000.
bool looks_grouped(std::string_view text) {
  return text[0] >= '0' && text[0] <= '9' && text.find_first_not_of("0123456789_.") == text.npos;
}

// Whether some reader would not take the unquoted text for a string.
bool looks_typed(std::string_view text) {
  YamlNode node;
  node.kind = YamlNode::Kind::scalar;
  node.text = text;
  return !node.is_string() || is_reserved_word(text) || looks_like_date(text) ||
         looks_like_time(text) || (text.contains('_') && looks_grouped(text));
}

// C0 and C1 controls (but tab and newline), and the code points YAML or editors take for line ends
// or byte order marks: what only a double-quoted text can hold.
bool needs_escape(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    auto c = static_cast<unsigned char>(text[i]);
    if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F) return true;
    std::string_view rest = text.substr(i);
    if (c == 0xC2 && rest.size() > 1 && static_cast<unsigned char>(rest[1]) < 0xA0) return true;
    if (rest.starts_with("\u2028") || rest.starts_with("\u2029") || rest.starts_with("\uFEFF") ||
        rest.starts_with("\uFFFE") || rest.starts_with("\uFFFF"))
      return true;
  }
  return false;
}

bool plain_is_safe(std::string_view text) {
  constexpr std::string_view k_indicators = ",[]{}#&*!|>'\"%@`";
  if (text.empty() || text.front() == ' ' || text.back() == ' ' || text.back() == ':') return false;
  if (k_indicators.contains(text.front())) return false;
  if (std::string_view("-?:").contains(text.front()) && (text.size() == 1 || text[1] == ' '))
    return false;
  if (text.starts_with("---") || text.starts_with("...")) return false;
  return !text.contains(": ") && !text.contains(" #") && !text.contains('\t') &&
         !text.contains('\n');
}

std::string double_quoted(std::string_view text) {
  std::string out = "\"";
  for (size_t i = 0; i < text.size(); ++i) {
    auto c = static_cast<unsigned char>(text[i]);
    if (c == '"' || c == '\\') {
      out += fmt::format("\\{}", text[i]);
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c < 0x20 || c == 0x7F) {
      out += fmt::format("\\x{:02x}", c);
    } else if (c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[++i]));
    } else if ((c == 0xE2 || c == 0xEF) && needs_escape(text.substr(i, 3))) {
      unsigned second = static_cast<unsigned char>(text[i + 1]) & 0x3F;
      unsigned third = static_cast<unsigned char>(text[i + 2]) & 0x3F;
      out += fmt::format("\\u{:04x}", (c & 0x0FU) << 12 | second << 6 | third);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out + "\"";
}

std::string single_quoted(std::string_view text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\'') out += c;
    out += c;
  }
  return out + "'";
}

std::string one_line(std::string_view text) {
  if (needs_escape(text) || text.contains('\n') || text.contains('\t')) return double_quoted(text);
  if (text.empty() || looks_typed(text)) return double_quoted(text);
  return plain_is_safe(text) ? std::string(text) : single_quoted(text);
}

bool fits_block(std::string_view text) {
  return text.contains('\n') && text.find_first_not_of(" \n\t") != text.npos && !needs_escape(text);
}

class YamlWriter {
 public:
  void root(const YamlNode& node) {
    if (node.is_mapping() && !node.entries.empty())
      mapping(node, 0, false);
    else if (node.is_sequence() && !node.items.empty())
      sequence(node, 0);
    else
      out_ += leaf(node) + "\n";
  }

  std::string take() { return std::move(out_); }

 private:
  static std::string leaf(const YamlNode& node) {
    if (node.is_mapping()) return "{}";
    if (node.is_sequence()) return "[]";
    if (node.is_null()) return "null";
    return node.is_string() ? one_line(node.text) : node.text;
  }

  void mapping(const YamlNode& node, size_t indent, bool on_started_line) {
    for (const YamlEntry& entry : node.entries) {
      if (!on_started_line) out_.append(indent, ' ');
      on_started_line = false;
      out_ += leaf(entry.key);
      out_ += ':';
      const YamlNode& value = entry.value;
      if (value.is_mapping() && !value.entries.empty()) {
        out_ += '\n';
        mapping(value, indent + 2, false);
      } else if (value.is_sequence() && !value.items.empty()) {
        out_ += '\n';
        sequence(value, indent + 2);
      } else {
        out_ += ' ';
        scalar(value, indent + 2);
      }
    }
  }

  void sequence(const YamlNode& node, size_t indent) {
    for (const YamlNode& item : node.items) {
      out_.append(indent, ' ').append("- ");
      if (item.is_mapping() && !item.entries.empty()) {
        mapping(item, indent + 2, true);
      } else if (item.is_sequence() && !item.items.empty()) {
        out_.back() = '\n';
        sequence(item, indent + 2);
      } else {
        scalar(item, indent + 2);
      }
    }
  }

  void scalar(const YamlNode& node, size_t indent) {
    if (node.is_string() && fits_block(node.text))
      block(node.text, indent);
    else
      out_ += leaf(node) + "\n";
  }

  // A literal block; the digit says the indent where the first line does not show it, the sign
  // what becomes of the newlines at the end.
  void block(std::string_view text, size_t indent) {
    out_ += '|';
    if (text.front() == ' ' || text.front() == '\n' || text.front() == '\t') out_ += '2';
    if (text.back() != '\n')
      out_ += '-';
    else if (text.ends_with("\n\n"))
      out_ += '+';
    out_ += '\n';
    if (text.back() == '\n') text.remove_suffix(1);
    for (std::string_view line : split(text, '\n')) {
      if (!line.empty()) out_.append(indent, ' ').append(line);
      out_ += '\n';
    }
  }

  std::string out_;
};

}  // namespace

std::string write_yaml(const YamlNode& node) {
  YamlWriter writer;
  writer.root(node);
  return writer.take();
}

}  // namespace kiln

// SPDX-License-Identifier: Apache-2.0
//
// The writer, in two layouts: canonical (RFC 8785) and pretty. Strings and numbers are the same in
// both; a fraction is written as ECMAScript's Number::toString does (RFC 8785 section 3.2.2.3).
#include "data/json.hpp"
#include "data/json_stream.hpp"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace kiln {

namespace {

// The shortest digits that read back as `value` (positive), and the place of the decimal point
// relative to their start: 1.5 is "15" and 1.
std::pair<std::string, int> shortest_digits(double value) {
  char buffer[32];
  auto [end, code] =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  ASSERT(code == std::errc{});
  std::string_view text(buffer, static_cast<size_t>(end - buffer));
  size_t exponent_mark = text.find('e');
  std::string digits(text.substr(0, exponent_mark));
  std::erase(digits, '.');
  int exponent = 0;
  bool plus = text[exponent_mark + 1] == '+';
  std::from_chars(text.data() + exponent_mark + (plus ? 2 : 1), end, exponent);
  return {digits, exponent + 1};
}

std::string number_text(double value) {
  if (value == 0) return "0";
  if (value < 0) return "-" + number_text(-value);
  auto [digits, point] = shortest_digits(value);
  int count = static_cast<int>(digits.size());
  if (count <= point && point <= 21)
    return digits + std::string(static_cast<size_t>(point - count), '0');
  if (0 < point && point <= 21) return digits.insert(static_cast<size_t>(point), ".");
  if (-6 < point && point <= 0)
    return "0." + std::string(static_cast<size_t>(-point), '0') + digits;
  if (count > 1) digits.insert(1, ".");
  return fmt::format("{}e{:+}", digits, point - 1);
}

class JsonWriter {
 public:
  explicit JsonWriter(bool indented) : indented_(indented) {}

  void write(const Json& value) {
    if (value.is_object()) {
      write_object(value.as_object());
    } else if (value.is_array()) {
      write_array(value.as_array());
    } else if (value.is_string()) {
      append_json_string(out_, value.as_string());
    } else if (value.is_int()) {
      out_ += std::to_string(value.as_int());
    } else if (value.is_double()) {
      out_ += number_text(value.as_double());
    } else if (value.is_bool()) {
      out_ += value.as_bool() ? "true" : "false";
    } else {
      out_ += "null";
    }
  }

  std::string take() { return std::move(out_); }

 private:
  void write_object(const Json::Object& members) {
    open('{');
    for (bool first = true; const auto& [key, value] : members) {
      separate(first);
      append_json_string(out_, key);
      out_ += indented_ ? ": " : ":";
      write(value);
    }
    close('}', members.empty());
  }

  void write_array(const Json::Array& items) {
    open('[');
    for (bool first = true; const Json& item : items) {
      separate(first);
      write(item);
    }
    close(']', items.empty());
  }

  void open(char bracket) {
    out_ += bracket;
    ++depth_;
  }
  void separate(bool& first) {
    if (!first) out_ += ',';
    first = false;
    new_line();
  }
  void close(char bracket, bool empty) {
    --depth_;
    if (!empty) new_line();
    out_ += bracket;
  }
  void new_line() {
    if (indented_) out_.append("\n").append(2 * depth_, ' ');
  }

  bool indented_;
  size_t depth_ = 0;
  std::string out_;
};

}  // namespace

std::string canonical(const Json& value) {
  JsonWriter writer(false);
  writer.write(value);
  return writer.take();
}

std::string pretty(const Json& value) {
  JsonWriter writer(true);
  writer.write(value);
  return writer.take() + "\n";
}

}  // namespace kiln

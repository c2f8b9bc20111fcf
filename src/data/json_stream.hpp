// SPDX-License-Identifier: Apache-2.0
//
// JSON written as it is made, for documents of many thousand members that are never held as a
// value. Members come out in the order in which they are written; whoever wants the canonical form
// writes them in its order.
#pragma once
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace kiln {

// Appends a JSON string with its quotes, escaped as RFC 8785 does. `text` must be valid UTF-8.
void append_json_string(std::string& out, std::string_view text);

class JsonStream {
 public:
  // Appends to `out`, which must outlive this.
  explicit JsonStream(std::string& out) : out_(out) {}

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }

  // The name of the next value. Names are the caller's own and need no escaping.
  void key(std::string_view name) {
    separate();
    out_.append(1, '"').append(name).append("\":");
    first_ = true;
  }
  void value(std::string_view text) {
    separate();
    append_json_string(out_, text);
  }
  void value(const char* text) { value(std::string_view(text)); }
  void value(const std::string& text) { value(std::string_view(text)); }
  void value(bool truth) { raw(truth ? "true" : "false"); }
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  void value(T number) {
    raw(std::to_string(number));
  }
  // A value that is JSON already.
  void raw(std::string_view json) {
    separate();
    out_ += json;
  }

  template <typename T>
  void member(std::string_view name, const T& content) {
    key(name);
    value(content);
  }
  // The same, left out when the text is empty.
  void text_member(std::string_view name, std::string_view text) {
    if (!text.empty()) member(name, text);
  }
  void begin_object(std::string_view name) {
    key(name);
    begin_object();
  }
  void begin_array(std::string_view name) {
    key(name);
    begin_array();
  }

 private:
  void separate() {
    if (!first_) out_ += ',';
    first_ = false;
  }
  void open(char bracket) {
    separate();
    out_ += bracket;
    first_ = true;
  }
  void close(char bracket) {
    out_ += bracket;
    first_ = false;
  }

  std::string& out_;
  bool first_ = true;  // nothing stands before the next value that a comma would have to part
};

}  // namespace kiln

// SPDX-License-Identifier: Apache-2.0
#include "base/diagnostics.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

namespace kiln {

namespace {

constexpr size_t k_longest_line_shown = 160;

std::string_view line_of(std::string_view text, uint32_t line) {
  for (uint32_t i = 1; i < line && !text.empty(); ++i) take_until(text, '\n');
  std::string_view found = text.substr(0, text.find('\n'));
  if (found.ends_with('\r')) found.remove_suffix(1);
  return found;
}

std::string excerpt(std::string_view text, const Location& where) {
  std::string_view line = line_of(text, where.line);
  if (line.empty() || line.size() > k_longest_line_shown || where.column == 0) return {};
  std::string number = fmt::format("{}", where.line);
  std::string padding;
  for (char c : line.substr(0, where.column - 1)) padding += c == '\t' ? '\t' : ' ';
  return fmt::format("  {} | {}\n  {} | {}^\n", number, line, std::string(number.size(), ' '),
                     padding);
}

std::string_view colour_of(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "\033[31m";
    case Severity::warning:
      return "\033[33m";
    case Severity::hint:
      return "\033[36m";
  }
  return "";
}

}  // namespace

std::string Location::str() const {
  if (line == 0) return file;
  if (column == 0) return fmt::format("{}:{}", file, line);
  return fmt::format("{}:{}:{}", file, line, column);
}

std::string_view str(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::hint:
      return "hint";
  }
  return "error";
}

void Diagnostics::add(Diagnostic diagnostic) {
  if (diagnostic.severity == Severity::error) ++errors_;
  list_.push_back(std::move(diagnostic));
}

void Diagnostics::error(std::string rule, Location where, std::string message, std::string advice) {
  add({Severity::error, std::move(rule), std::move(where), std::move(message), std::move(advice)});
}

void Diagnostics::warning(std::string rule, Location where, std::string message,
                          std::string advice) {
  add({Severity::warning, std::move(rule), std::move(where), std::move(message),
       std::move(advice)});
}

void Diagnostics::hint(std::string rule, Location where, std::string message, std::string advice) {
  add({Severity::hint, std::move(rule), std::move(where), std::move(message), std::move(advice)});
}

void Diagnostics::add_text(std::string file, std::string text) {
  texts_.insert_or_assign(std::move(file), std::move(text));
}

void Diagnostics::sort() {
  std::stable_sort(list_.begin(), list_.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return a.where < b.where; });
}

std::string Diagnostics::print(bool colour) const {
  std::string out;
  for (const Diagnostic& d : list_) {
    if (std::string place = d.where.str(); !place.empty()) out += place + ": ";
    std::string_view word = str(d.severity);
    out += colour ? fmt::format("{}{}:\033[0m ", colour_of(d.severity), word)
                  : fmt::format("{}: ", word);
    out += d.message + "\n";
    if (auto text = texts_.find(d.where.file); text != texts_.end() && d.where.line > 0)
      out += excerpt(text->second, d.where);
    if (!d.advice.empty()) out += fmt::format("  {}\n", d.advice);
  }
  return out;
}

Error Diagnostics::as_error() const {
  std::string first;
  for (const Diagnostic& d : list_) {
    if (d.severity != Severity::error) continue;
    std::string place = d.where.str();
    first = place.empty() ? d.message : fmt::format("{}: {}", place, d.message);
    break;
  }
  if (errors_ > 1) first += fmt::format(" (and {} more)", errors_ - 1);
  return Error{ErrorCode::bad_input, first, {}, {}};
}

void Diagnostics::merge(Diagnostics other) {
  for (Diagnostic& one : other.list_) add(std::move(one));
  texts_.merge(other.texts_);
}

}  // namespace kiln

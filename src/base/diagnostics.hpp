// SPDX-License-Identifier: Apache-2.0
//
// Mistakes in what a user wrote. A loader reports every mistake it finds, each with its place, and
// goes on; the caller asks at the end whether there were errors. print() shows the line of the
// file with a caret below the place.
#pragma once
#include "base/result.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kiln {

// A place in a text file. Lines and columns count from 1; line 0 means "the file as a whole".
struct Location {
  std::string file;
  uint32_t line = 0;
  uint32_t column = 0;

  std::string str() const;  // "file:line:column", or as much of it as is known
  auto operator<=>(const Location&) const = default;
};

enum class Severity { error, warning, hint };

std::string_view str(Severity severity);

struct Diagnostic {
  Severity severity = Severity::error;
  std::string rule;  // short stable name, such as "unknown-key"; what --json and tests go by
  Location where;
  std::string message;
  std::string advice;  // what was expected, or what to do; may be empty

  bool operator==(const Diagnostic&) const = default;
};

class Diagnostics {
 public:
  void add(Diagnostic diagnostic);
  void error(std::string rule, Location where, std::string message, std::string advice = {});
  void warning(std::string rule, Location where, std::string message, std::string advice = {});
  void hint(std::string rule, Location where, std::string message, std::string advice = {});

  // Keeps a file's text, so that print() can show the line around a place.
  void add_text(std::string file, std::string text);

  bool has_errors() const { return errors_ > 0; }
  size_t error_count() const { return errors_; }
  size_t size() const { return list_.size(); }
  const std::vector<Diagnostic>& list() const { return list_; }

  // Orders by file, line, column, so that output does not depend on the order of checks.
  void sort();

  // All of them for people: "file:3:5: error: ...", the line, a caret, the advice.
  std::string print(bool colour) const;

  // The errors as one Error (bad_input), for callers that can only hand on a Result.
  Error as_error() const;

  // Adds everything that `other` holds.
  void merge(Diagnostics other);

 private:
  std::vector<Diagnostic> list_;
  std::map<std::string, std::string> texts_;
  size_t errors_ = 0;
};

}  // namespace kiln

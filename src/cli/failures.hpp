// SPDX-License-Identifier: Apache-2.0
//
// What went wrong with some of several definitions: collected, so that all of it can be shown and
// the others can still be built.
#pragma once
#include "base/diagnostics.hpp"
#include "cli/subjects.hpp"

#include <set>
#include <vector>

namespace kiln::cli {

// An error as a diagnostic at the place of the definition that it names, or else at its file.
Diagnostic diagnostic_of(const Subject& subject, const Error& error);

class Failures {
 public:
  // Platforms of one definition often fail alike: the same words are kept once. `shown`:
  // diagnostics have said already what is wrong.
  void add(const Subject& subject, const Error& error, bool shown = false);
  // Files that could not even be loaded, whose diagnostics were shown.
  void add_unreadable(size_t files);

  bool empty() const { return definitions() == 0; }
  bool has(const Subject& subject) const { return subjects_.contains(&subject); }
  size_t definitions() const { return subjects_.size() + unreadable_; }

  // One a failure; what several definitions have in common is said once, and names them.
  Diagnostics diagnostics() const;
  // The only failure there is as it is, else "3 of 5 definitions cannot be built", with the code of
  // the first failure. There must be one.
  Error summary(size_t of) const;

 private:
  struct Failure {
    Error error;
    std::vector<const Subject*> subjects;
    bool shown = false;
  };
  std::vector<Failure> list_;
  std::set<const Subject*> subjects_;
  size_t unreadable_ = 0;
};

}  // namespace kiln::cli

// SPDX-License-Identifier: Apache-2.0
//
// A directory in the making, as AtomicFile is a file in the making: it is filled below a private
// directory beside its place, and gets its name at once and whole.
//
// The private directory is called ".kiln-partial-XXXXXX", has mode 0700 and is locked (flock) by
// its maker, so that what a killed process left there is known by its lock being free; the next one
// that makes a directory in the same place removes it.
#pragma once
#include "base/files.hpp"

namespace kiln {

class NewDirectory {
 public:
  // For a directory that shall become `target`, an absolute path without "/" at its end; makes the
  // directories above it.
  static Result<NewDirectory> create(const Path& target);
  NewDirectory(NewDirectory&& other) noexcept;
  NewDirectory& operator=(NewDirectory&&) = delete;
  ~NewDirectory();

  // The new directory, empty, of the mode that the umask gives.
  const Path& path() const { return made_; }

  enum class Replace { nothing, present };
  // Gives it its name, durably. `present`: what is at the target goes, in exchange; `nothing`: it
  // is an error when something is there.
  Result<> commit(Replace replace);

 private:
  NewDirectory() = default;
  Path target_;
  Path private_;  // empty when moved from
  Path made_;
  Fd lock_;
};

}  // namespace kiln

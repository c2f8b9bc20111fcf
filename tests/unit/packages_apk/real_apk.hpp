// SPDX-License-Identifier: Apache-2.0
//
// The real apk of ../shared/alpine, asked what it would install of Alpine 3.19's main and
// community. tests/oracle/apk_questions.cpp makes that some milliseconds a question.
#pragma once
#include "base/files.hpp"
#include "solving.hpp"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace kiln::packages::apk::testing {

class RealApk {
 public:
  // Nothing where ../shared/alpine is not there or apk cannot start (another processor).
  static std::unique_ptr<RealApk> find();

  const Path& mirror() const { return mirror_; }
  // The answer to each question. With a tag, as with "@tag community" before main in
  // /etc/apk/repositories.
  std::vector<Names> answers(std::span<const Names> questions, const std::string& tag = "");
  // The answer when a repository with an index of this text is all there is.
  Names answer_of_index(std::string_view text, const Names& question) const;

 private:
  explicit RealApk(Path mirror);
  std::vector<std::string> command(std::string_view repositories) const;
  std::string lines(const std::string& tag) const;
  std::vector<Names> ask(std::span<const Names> questions, size_t words, const std::string& tag);

  TemporaryDirectory directory_;
  Path mirror_;
  Path tools_ = directory_.path() / "tools";
  Path keys_ = directory_.path() / "keys";
};

}  // namespace kiln::packages::apk::testing

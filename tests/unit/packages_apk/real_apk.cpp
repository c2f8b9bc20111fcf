// SPDX-License-Identifier: Apache-2.0
#include "real_apk.hpp"

#include "base/process.hpp"
#include "base/strings.hpp"
#include "packages/apk/signature.hpp"
#include "support/apk_repository.hpp"
#include "support/result_matchers.hpp"
#include "support/shared_data.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace kiln::packages::apk::testing {

using kiln::testing::shared_file;
using kiln::testing::value;

namespace {

// As long as any word of a question.
constexpr size_t k_longest_word = 400;

ProcessResult run(std::vector<std::string> arguments, std::vector<std::string> environment = {}) {
  return value(run_process({.arguments = std::move(arguments),
                            .input = {},
                            .environment = std::move(environment),
                            .directory = {}}));
}

// Of "(1/3) Installing musl (1.2.4-r2)" and the like (or "musl@tag"), up to "= STATUS" of each
// question.
std::vector<Names> parse_answers(std::string_view output) {
  std::vector<Names> answers;
  Names names;
  for (std::string_view line : split(output, '\n')) {
    auto words = split_words(line);
    if (words.size() == 4 && words[1] == "Installing")
      names.push_back(fmt::format("{}={}", words[2].substr(0, words[2].find('@')),
                                  words[3].substr(1, words[3].size() - 2)));
    if (words.size() != 2 || words[0] != "=") continue;
    std::ranges::sort(names);
    EXPECT_TRUE(words[1] == "000" || words[1] < "100") << "a signal ended apk: " << words[1];
    answers.push_back(words[1] == "000" ? names : Names{"refused"});
    names.clear();
  }
  return answers;
}

}  // namespace

std::unique_ptr<RealApk> RealApk::find() {
  auto iso = shared_file("alpine/iso/x86_64");
  auto mirror = shared_file("alpine/mirror/v3.19");
  if (!iso || !mirror) return nullptr;
  auto apk = std::unique_ptr<RealApk>(new RealApk(std::filesystem::canonical(*mirror)));
  for (const std::string& file : value(list_directory(*iso)))
    for (std::string_view part : {"apk-tools-2", "musl-1", "libcrypto3-", "libssl3-", "zlib-"})
      if (file.starts_with(part))
        run({"tar", "-xzf", (*iso / file).string(), "-C", apk->tools_.string()},
            {"PATH=/bin:/usr/bin"});
  for (const NamedKey& key : embedded_keys()) value(write_file(apk->keys_ / key.name, key.pem));
  std::vector<std::string> make_root = apk->command(apk->lines(""));
  make_root.insert(make_root.end(), {"--initdb", "add"});
  if (run(std::move(make_root)).exit_code != 0) return nullptr;
  return apk;
}

RealApk::RealApk(Path mirror)
    : directory_(value(TemporaryDirectory::create())), mirror_(std::move(mirror)) {
  for (const Path& path : {tools_, keys_}) value(make_directories(path));
}

// Of /etc/apk/repositories.
std::string RealApk::lines(const std::string& tag) const {
  std::string main = (mirror_ / "main").string();
  std::string community = (mirror_ / "community").string();
  return tag.empty() ? fmt::format("{}\n{}\n", main, community)
                     : fmt::format("@{} {}\n{}\n", tag, community, main);
}

std::vector<std::string> RealApk::command(std::string_view lines) const {
  Path repositories = directory_.path() / "repositories";
  value(write_file(repositories, lines));
  return {(tools_ / "lib/ld-musl-x86_64.so.1").string(),
          "--library-path",
          fmt::format("{0}/lib:{0}/usr/lib", tools_.string()),
          (tools_ / "sbin/apk").string(),
          "--no-network",
          "--no-cache",
          "--arch",
          "x86_64",
          "--root",
          (directory_.path() / "root").string(),
          "--keys-dir",
          keys_.string(),
          "--repositories-file",
          repositories.string()};
}

// The questions of one number of words: one process of apk.
std::vector<Names> RealApk::ask(std::span<const Names> questions, size_t words,
                                const std::string& tag) {
  std::string words_of_questions;
  for (const Names& question : questions) words_of_questions += join(question, " ") + "\n";
  Path asked = directory_.path() / "questions";
  Path answered = directory_.path() / "answers";
  value(write_file(asked, words_of_questions));
  value(write_file(answered, ""));
  std::vector<std::string> arguments = command(lines(tag));
  for (const char* word : {KILN_APK_QUESTIONS, "--preload"})
    arguments.insert(arguments.begin() + 1, word);
  arguments.insert(arguments.end(), {"add", "--simulate"});
  arguments.insert(arguments.end(), words, std::string(k_longest_word, '#'));
  ProcessResult result = run(std::move(arguments), {"APK_QUESTIONS=" + asked.string(),
                                                    "APK_ANSWERS=" + answered.string()});
  EXPECT_EQ(result.exit_code, 0) << result.output << result.error_output;
  return parse_answers(value(read_file(answered, 1U << 30)));
}

std::vector<Names> RealApk::answers(std::span<const Names> questions, const std::string& tag) {
  std::map<size_t, std::vector<size_t>> by_words;
  for (size_t i = 0; i < questions.size(); ++i) by_words[questions[i].size()].push_back(i);
  std::vector<Names> answers(questions.size(), {"not answered"});
  for (const auto& [words, places] : by_words) {
    std::vector<Names> some;
    for (size_t place : places) some.push_back(questions[place]);
    std::vector<Names> answered = ask(some, words, tag);
    for (size_t i = 0; i < std::min(places.size(), answered.size()); ++i)
      answers[places[i]] = std::move(answered[i]);
  }
  return answers;
}

Names RealApk::answer_of_index(std::string_view text, const Names& question) const {
  Path repository = directory_.path() / "small";
  value(make_directories(repository / "x86_64"));
  value(write_file(repository / "x86_64/APKINDEX.tar.gz",
                   kiln::testing::apk_index_content(text, 0, "small")));
  std::vector<std::string> arguments = command(repository.string() + "\n");
  arguments.insert(arguments.end(), {"--allow-untrusted", "add", "--simulate"});
  arguments.insert(arguments.end(), question.begin(), question.end());
  ProcessResult result = run(std::move(arguments));
  std::vector<Names> answers =
      parse_answers(fmt::format("{}\n= {:03}\n", result.output, result.exit_code));
  return answers.empty() ? Names{"not answered"} : answers.front();
}

}  // namespace kiln::packages::apk::testing

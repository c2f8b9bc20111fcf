// SPDX-License-Identifier: Apache-2.0
//
// Our solver beside the real apk of ../shared/alpine, on the full index of Alpine 3.19. A run asks
// a fresh sample of every kind of question; KILN_APK_SETS=N asks N of each kind, and
// KILN_APK_SETS=all every single package, 10,000 pairs and triples and 5,000 of the other kinds.
#include "base/strings.hpp"
#include "packages/apk/signature.hpp"
#include "real_apk.hpp"
#include "support/result_matchers.hpp"
#include "support/shared_data.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <random>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace kiln::packages::apk {
namespace {

using kiln::testing::value;
using testing::Names;

// main and community; or with a tag, "@tag community" before main.
PackageSet full_index(const Path& mirror, const std::string& tag) {
  std::array repositories = {"main", "community"};
  if (!tag.empty()) std::ranges::reverse(repositories);
  std::vector<IndexSource> sources;
  for (std::string repository : repositories) {
    Path directory = mirror / repository / "x86_64";
    std::string file = value(read_file(directory / "APKINDEX.tar.gz"));
    SignedContent opened = value(open_signed(file, embedded_keys(), "x86_64"));
    IndexFile read = value(read_index_file(opened.content));
    sources.push_back(testing::source_of(read.text(), repository, repository == "main" ? "" : tag));
  }
  return PackageSet(std::move(sources));
}

// Draws questions about the packages of a set.
class Questions {
 public:
  explicit Questions(const PackageSet& set) : set_(set), random_(kiln::testing::fresh_seed()) {
    std::set<std::string> packages;
    std::set<std::string> provided;
    for (CandidateId id = 0; id < set.size(); ++id) {
      packages.emplace(set.name(id));
      for (const Relation& relation : set.depends(id))
        if (relation.conflict && !set.named(relation.name).empty())
          rivals_.push_back({std::string(set.name(id)), std::string(relation.name)});
      Names conditions;
      for (const Relation& relation : set.install_if(id)) conditions.emplace_back(relation.name);
      if (!conditions.empty()) companions_.push_back(std::move(conditions));
    }
    for (uint32_t source = 0; source < set.source_count(); ++source)
      for (uint32_t name = 0; name < set.source(source).index.name_count(); ++name)
        provided.emplace(set.source(source).index.name(name));
    for (const std::string& name : provided) add_provided(name, packages.contains(name));
    std::set<std::string, std::less<>> choices(choices_.begin(), choices_.end());
    for (CandidateId id = 0; id < set.size(); ++id)
      if (std::ranges::any_of(set.depends(id), [&](const Relation& relation) {
            return choices.contains(relation.name);
          }))
        choices_.emplace_back(set.name(id));
    packages_.assign(packages.begin(), packages.end());
    for (auto* list : {&rivals_, &companions_}) shuffle(*list);
    shuffle(packages_);
    shuffle(provided_);
  }

  size_t package_count() const { return packages_.size(); }

  std::vector<Names> singles(size_t count) { return ones(packages_, count); }
  // Names that only provides give: virtual ones, so:, cmd:, pc: and others.
  std::vector<Names> provided(size_t count) { return ones(provided_, count); }
  // Packages that exclude each other, or have a name in common.
  std::vector<Names> rivals(size_t count) { return first(rivals_, count); }
  // What an install_if asks for.
  std::vector<Names> companions(size_t count) { return first(companions_, count); }

  std::vector<Names> several(size_t words, size_t count) {
    return drawn(packages_, words, count, [](const std::string& name) { return name; });
  }

  // Names that several packages have, and packages that need one of those.
  std::vector<Names> choices(size_t words, size_t count) {
    return drawn(choices_, words, count, [](const std::string& name) { return name; });
  }

  std::vector<Names> versions(size_t count) {
    return drawn(packages_, 2, count, [&](const std::string& name) { return with_version(name); });
  }

  // Each name with the tag or without.
  std::vector<Names> tagged(size_t words, size_t count) {
    return drawn(packages_, words, count,
                 [&](const std::string& name) { return name + (below(2) == 0 ? "@edge" : ""); });
  }

 private:
  template <typename Word>
  std::vector<Names> drawn(const Names& from, size_t words, size_t count, Word word) {
    std::vector<Names> questions;
    while (questions.size() < count) {
      std::set<std::string> names;
      while (names.size() < words) names.insert(from[below(from.size())]);
      Names question;
      for (const std::string& name : names) question.push_back(word(name));
      shuffle(question);
      questions.push_back(std::move(question));
    }
    return questions;
  }

  void add_provided(const std::string& name, bool is_package) {
    Names packages;
    for (CandidateId id : set_.named(name)) packages.emplace_back(set_.name(id));
    for (const auto& provided : set_.providers(name))
      packages.emplace_back(set_.name(provided.package));
    if (packages.empty()) return;
    if (!is_package) provided_.push_back(name);
    if (packages.size() > 1) choices_.push_back(name);
    shuffle(packages);
    if (packages.front() != packages.back()) rivals_.push_back({packages.front(), packages.back()});
    if (packages.front() != name) rivals_.push_back({name, packages.front()});
  }

  // A version that exists, the upstream part of it, or the beginning of that; and any operator.
  std::string with_version(const std::string& name) {
    constexpr std::array operators = {"=", "<", "<=", ">", ">=", "~", "~="};
    std::string version(set_.package(set_.named(name).front()).version);
    switch (below(4)) {
      case 0:
        return name;
      case 1:
        break;
      case 2:
        version.resize(std::min(version.size(), version.rfind("-r")));
        break;
      default:
        version.resize(std::min(version.size(), version.find_last_of(".-")));
        break;
    }
    return fmt::format("{}{}{}", name, operators[below(operators.size())], version);
  }

  static std::vector<Names> ones(const Names& names, size_t count) {
    std::vector<Names> questions;
    for (const std::string& name : first(names, count)) questions.push_back({name});
    return questions;
  }

  template <typename List>
  static List first(const List& list, size_t count) {
    return List(list.begin(), list.begin() + static_cast<ptrdiff_t>(std::min(count, list.size())));
  }

  template <typename List>
  void shuffle(List& list) {
    std::ranges::shuffle(list, random_);
  }

  size_t below(size_t limit) { return random_() % limit; }

  const PackageSet& set_;
  std::mt19937_64 random_;
  Names packages_;
  Names provided_;
  Names choices_;
  std::vector<Names> rivals_;
  std::vector<Names> companions_;
};

class ApkSolverOracle : public ::testing::Test {
 protected:
  void SetUp() override {
    if (apk_ == nullptr)
      GTEST_SKIP() << "needs ../shared/alpine/{iso,mirror}, tar, and a processor that runs its apk";
  }

  // How many questions to ask of a kind: some, or so many when all are wanted.
  static size_t count(size_t all, size_t some = 20) {
    const char* wanted = std::getenv("KILN_APK_SETS");
    if (wanted == nullptr) return some;
    return std::string_view(wanted) == "all" ? all : std::stoul(wanted);
  }

  struct Kind {
    std::string_view name;
    std::vector<Names> questions;
  };

  void expect_same(const PackageSet& set, const std::vector<Kind>& kinds,
                   const std::string& tag = "") {
    std::vector<Names> questions;
    for (const Kind& kind : kinds)
      questions.insert(questions.end(), kind.questions.begin(), kind.questions.end());
    std::vector<Names> answers = apk_->answers(questions, tag);
    auto theirs = answers.begin();
    for (const Kind& kind : kinds) {
      size_t equal = 0;
      size_t refused = 0;
      for (const Names& question : kind.questions) {
        Names ours = testing::solved(set, question);
        EXPECT_EQ(ours, *theirs) << "for " << join(question, " ");
        equal += ours == *theirs ? 1 : 0;
        refused += *theirs++ == Names{"refused"} ? 1 : 0;
      }
      std::cout << fmt::format("{}: {} of {} equal; apk refuses {}\n", kind.name, equal,
                               kind.questions.size(), refused);
    }
  }

  std::unique_ptr<testing::RealApk> apk_ = testing::RealApk::find();
};

TEST_F(ApkSolverOracle, TakesWhatApkTakes) {
  PackageSet set = full_index(apk_->mirror(), "");
  Questions questions(set);
  expect_same(set, {{"single packages", questions.singles(count(questions.package_count(), 80))},
                    {"pairs", questions.several(2, count(10000, 50))},
                    {"triples", questions.several(3, count(10000, 50))},
                    {"sets of eight", questions.several(8, count(5000))},
                    {"pairs with choices", questions.choices(2, count(5000))},
                    {"sets of four with choices", questions.choices(4, count(5000))},
                    {"provided names", questions.provided(count(5000))},
                    {"rivals", questions.rivals(count(5000))},
                    {"conditions of install_if", questions.companions(count(5000))},
                    {"versions", questions.versions(count(5000))}});
}

TEST_F(ApkSolverOracle, TakesFromTaggedRepositoriesWhatApkTakes) {
  PackageSet set = full_index(apk_->mirror(), "edge");
  Questions questions(set);
  expect_same(set,
              {{"one with or without tag", questions.tagged(1, count(5000))},
               {"two with or without tag", questions.tagged(2, count(5000))}},
              "edge");
}

}  // namespace
}  // namespace kiln::packages::apk

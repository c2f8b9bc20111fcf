// SPDX-License-Identifier: Apache-2.0
//
// Our solver beside real apk on small universes drawn at random, where everything competes: names
// with many packages, versions, conflicts, circles and install_if. A run draws some;
// KILN_APK_SETS=N draws N, KILN_APK_SETS=all 2,000.
#include "base/strings.hpp"
#include "real_apk.hpp"
#include "support/shared_data.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace kiln::packages::apk {
namespace {

using testing::Names;

struct Universe {
  std::string index;
  Names wishes;
};

class Drawing {
 public:
  Universe universe() {
    Names packages;
    for (size_t i = 0, count = 4 + below(11); i < count; ++i)
      packages.push_back(fmt::format("p{}", i));
    virtual_ = {"S0", "S1"};
    for (size_t i = 0, count = 1 + below(5); i < count; ++i)
      virtual_.push_back(fmt::format("v{}", i));
    all_ = packages;
    all_.insert(all_.end(), virtual_.begin(), virtual_.end());
    Universe universe;
    for (const std::string& package : packages)
      for (size_t version = 1; version <= (of_hundred(15) ? 2U : 1U); ++version)
        universe.index += entry(package, version);
    std::ranges::shuffle(all_, random_);
    universe.wishes.assign(all_.begin(), all_.begin() + 1 + static_cast<ptrdiff_t>(below(4)));
    return universe;
  }

 private:
  std::string entry(const std::string& package, size_t version) {
    // A checksum of its own, by which apk knows a package.
    std::string text = fmt::format("C:Q1{:0>26}A=\nP:{}\nV:{}\nA:x86_64\nS:1\nI:1\n", ++entries_,
                                   package, version);
    if (of_hundred(80)) text += fmt::format("k:{}\n", 1 + below(4));
    auto another = [&](const Names& names) {
      std::string name = names[below(names.size())];
      return name == package ? "v0" : name;
    };
    text += field("D", below(4), [&] {
      if (of_hundred(3)) return "!" + another(all_);
      std::string name = another(of_hundred(50) ? all_ : virtual_);
      return of_hundred(6) ? with_version(name, {"=", ">", "<", ">=", "<="}) : name;
    });
    text += field("p", below(3), [&] {
      std::string name = another(virtual_);
      return of_hundred(30) ? with_version(name, {"=", "=", "=", "=", "="}) : name;
    });
    if (of_hundred(25)) text += field("i", 1 + below(2), [&] { return another(all_); });
    return text + "\n";
  }

  template <typename Word>
  static std::string field(std::string_view key, size_t count, Word word) {
    Names words;
    for (size_t i = 0; i < count; ++i) words.push_back(word());
    std::ranges::sort(words);
    words.erase(std::ranges::unique(words).begin(), words.end());
    return words.empty() ? "" : fmt::format("{}:{}\n", key, join(words, " "));
  }

  std::string with_version(const std::string& name,
                           const std::array<std::string_view, 5>& operators) {
    return fmt::format("{}{}{}", name, operators[below(operators.size())], 1 + below(2));
  }

  bool of_hundred(size_t share) { return below(100) < share; }
  size_t below(size_t limit) { return random_() % limit; }

  std::mt19937_64 random_{kiln::testing::fresh_seed()};
  Names virtual_;
  Names all_;
  size_t entries_ = 0;
};

TEST(ApkSmallUniverses, AreSolvedAsApkSolvesThem) {
  auto apk = testing::RealApk::find();
  if (apk == nullptr)
    GTEST_SKIP() << "needs ../shared/alpine/{iso,mirror}, tar, and a processor that runs its apk";
  const char* wanted = std::getenv("KILN_APK_SETS");
  size_t count = 60;
  if (wanted != nullptr) count = std::string_view(wanted) == "all" ? 2000 : std::stoul(wanted);
  Drawing drawing;
  size_t equal = 0;
  size_t refused = 0;
  for (size_t i = 0; i < count; ++i) {
    Universe universe = drawing.universe();
    Names theirs = apk->answer_of_index(universe.index, universe.wishes);
    PackageSet set({testing::source_of(universe.index, "small")});
    Names ours = testing::solved(set, universe.wishes);
    EXPECT_EQ(ours, theirs) << "for " << join(universe.wishes, " ") << " of\n" << universe.index;
    equal += ours == theirs ? 1 : 0;
    refused += theirs == Names{"refused"} ? 1 : 0;
  }
  std::cout << fmt::format("{} of {} equal; apk refuses {}\n", equal, count, refused);
}

}  // namespace
}  // namespace kiln::packages::apk

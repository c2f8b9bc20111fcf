// SPDX-License-Identifier: Apache-2.0
#include "packages/deb/index.hpp"

#include "support/result_matchers.hpp"
#include "support/shared_data.hpp"

#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace kiln::packages::deb {
namespace {

std::string stanza(std::string_view name, std::string_view version, std::string_view more = "") {
  return fmt::format(
      "Package: {0}\nVersion: {1}\nArchitecture: amd64\n{2}Filename: pool/{0}_{1}.deb\nSize: 10\n"
      "SHA256: {3}\n\n",
      name, version, more, sha256(fmt::format("{} {}", name, version)).hex());
}

std::vector<std::string> versions(const PackageIndex& index, const std::vector<uint32_t>& records) {
  std::vector<std::string> found;
  for (uint32_t record : records) found.emplace_back(index.text(record, IndexField::version));
  return found;
}

TEST(DebIndex, KeepsWhatAPackagesFileSays) {
  std::string bytes = testing::value(compile_index(
      "package: bash\nSource: bash-src (5.2-1)\nVersion: 5.2-1+b2\nArchitecture: amd64\n"
      "Essential: yes\nProtected: yes\nMulti-Arch: foreign\nPriority: required\n"
      "Installed-Size: 7000\nDEPENDS: base-files (>= 2.1.12),\n debianutils\nSection: shells\n"
      "Description: x\n long: not a field\nFilename: pool/b/bash.deb\nSize: 123\n"
      "SHA256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n",
      1));
  auto index = testing::value(PackageIndex::open(bytes));
  ASSERT_EQ(index.named("bash"), std::vector<uint32_t>{0});
  EXPECT_EQ(index.text(0, IndexField::source), "bash-src");
  EXPECT_EQ(index.text(0, IndexField::source_version), "5.2-1");
  EXPECT_EQ(index.text(0, IndexField::depends), "base-files (>= 2.1.12),\n debianutils");
  EXPECT_EQ(index.text(0, IndexField::filename), "pool/b/bash.deb");
  auto numbers = index.numbers(0);
  EXPECT_EQ(numbers.size, 123U);
  EXPECT_EQ(numbers.installed_size, 7000U * 1024);
  EXPECT_EQ(numbers.sha256, sha256(""));
  EXPECT_TRUE(numbers.essential && numbers.important);
  EXPECT_EQ(numbers.priority, 1);
  EXPECT_EQ(numbers.multi_arch, MultiArch::foreign);
}

TEST(DebIndex, FindsNamesAndProvidedNamesInAnyOrderAndWithAnyNumberOfThreads) {
  std::string text = stanza("zlib1g", "1") + stanza("a", "2", "Provides: mta, v (= 3)\n") +
                     stanza("b", "1", "Provides: mta\n") + stanza("a", "10") + stanza("ab", "1");
  std::string bytes = testing::value(compile_index(text, 1));
  for (size_t threads : {2, 3, 8}) EXPECT_EQ(testing::value(compile_index(text, threads)), bytes);
  auto index = testing::value(PackageIndex::open(bytes));
  EXPECT_EQ(index.size(), 5U);
  EXPECT_EQ(versions(index, index.named("a")), (std::vector<std::string>{"2", "10"}));
  EXPECT_EQ(versions(index, index.named("zlib1g")), std::vector<std::string>{"1"});
  EXPECT_TRUE(index.named("c").empty());
  EXPECT_EQ(index.providers("mta"), (std::vector<uint32_t>{1, 2}));
  EXPECT_EQ(index.providers("v"), std::vector<uint32_t>{1});
  EXPECT_TRUE(index.providers("a").empty());
}

TEST(DebIndex, FirstMentionIsThePlaceOfAWholeName) {
  std::string text = stanza("aa", "1", "Depends: xb-more, x:any, c (>= xb)\nRecommends: y |xb\n") +
                     stanza("xb", "1") + stanza("x", "2");
  std::string bytes = testing::value(compile_index(text, 1));
  auto index = testing::value(PackageIndex::open(bytes));
  EXPECT_EQ(index.first_mention("aa"), 0U);
  EXPECT_LT(index.first_mention("c"), index.first_mention("y"));
  EXPECT_LT(index.first_mention("y"), index.first_mention("xb"));
  EXPECT_LT(index.first_mention("xb"), index.first_mention("x")) << "x:any is another package";
  EXPECT_FALSE(index.first_mention("amd64")) << "architectures are no names";
  EXPECT_FALSE(index.first_mention(""));
}

TEST(DebIndex, RefusesPackagesThatCannotBeFetchedOrChecked) {
  EXPECT_EQ(testing::value(PackageIndex::open(testing::value(compile_index("", 2)))).size(), 0U);
  for (std::string_view field :
       {"Package: ", "Version: ", "Architecture: ", "Filename: ", "Size: ", "SHA256: "}) {
    std::string text = stanza("good", "1") + stanza("broken", "1");
    size_t line = text.rfind(field);
    text.erase(line, text.find('\n', line) + 1 - line);
    auto result = compile_index(text, 2);
    ASSERT_FALSE(result) << field;
    EXPECT_EQ(result.error().code, ErrorCode::corrupt);
  }
  EXPECT_FALSE(compile_index(stanza("a", "1", "Provides: x | y z\n"), 1));
  EXPECT_FALSE(compile_index(stanza("../a", "1"), 1));
  EXPECT_FALSE(compile_index(stanza("a", "1/../../x"), 1));
  std::string outside = stanza("a", "1");
  outside.replace(outside.find("pool/"), 5, "../x/");
  EXPECT_FALSE(compile_index(outside, 1));
}

TEST(DebIndex, DamagedBytesAreNeverFollowedOutside) {
  std::string text;
  for (int i = 0; i < 20; ++i)
    text += stanza(fmt::format("p{}", i), "1", fmt::format("Provides: v{}, w\n", i));
  std::string good = testing::value(compile_index(text, 1));
  for (size_t size : {size_t{0}, size_t{31}, good.size() - 1})
    EXPECT_FALSE(PackageIndex::open(good.substr(0, size)));
  std::mt19937_64 random(testing::fresh_seed());
  for (int round = 0; round < 2000; ++round) {
    std::string bytes = good;
    for (int i = 0; i < 8; ++i)
      bytes[32 + random() % (bytes.size() - 32)] = static_cast<char>(random());
    auto index = testing::value(PackageIndex::open(bytes));
    for (std::string_view name : {"p7", "w", "v3"}) {
      for (uint32_t record : index.named(name)) index.text(record, IndexField::depends);
      for (uint32_t record : index.providers(name)) index.numbers(record);
      index.first_mention(name);
    }
  }
}

}  // namespace
}  // namespace kiln::packages::deb

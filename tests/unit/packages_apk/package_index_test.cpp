// SPDX-License-Identifier: Apache-2.0
#include "packages/apk/package_index.hpp"

#include "packages/apk/freshness.hpp"
#include "packages/apk/package_set.hpp"
#include "support/apk_repository.hpp"
#include "support/result_matchers.hpp"

#include <gtest/gtest.h>

namespace kiln::packages::apk {
namespace {

using testing::apk_index_entry;
using testing::value;

std::string compiled(std::string_view text) {
  return value(compile_index(value(parse_index(text, "x86_64")), 1700000000));
}

// All that a package says, as text; also of an index that lies.
std::string describe(const PackageIndex& index, uint32_t number) {
  IndexPackage package = index.package(number);
  std::string text(index.name(package.name));
  text.append("-").append(package.version).append(" of ").append(package.origin);
  auto links = [&](IndexRange range) {
    for (uint32_t i = range.begin; i < range.end; ++i)
      text += " " + index.link(i).relation.requirement().str();
  };
  links(index.depends(number));
  text += " if";
  links(index.install_if(number));
  text += " provides";
  IndexRange range = index.provides(number);
  for (uint32_t i = range.begin; i < range.end; ++i) {
    IndexProvided provided = index.provided(i);
    text.append(" ").append(index.name(provided.number)).append("=").append(provided.version);
  }
  return text;
}

const std::string k_text =
    apk_index_entry("a", "1.0-r0", "D:so:b.so.1 !c d>=2\np:cmd:a=1.0-r0 virtual\no:source\n") +
    apk_index_entry("b", "2", "p:so:b.so.1=1.5\nk:10\n") +
    apk_index_entry("a-doc", "1.0-r0", "i:a=1.0-r0 docs\no:source\n");

TEST(ApkPackageIndex, SaysWhatTheTextSays) {
  std::string bytes = compiled(k_text);
  PackageIndex index = value(PackageIndex::open(bytes));
  EXPECT_EQ(index.date(), 1700000000);
  ASSERT_EQ(index.size(), 3U);
  EXPECT_EQ(describe(index, 0),
            "a-1.0-r0 of source so:b.so.1 c d (>= 2) if provides cmd:a=1.0-r0 virtual=");
  EXPECT_EQ(describe(index, 1), "b-2 of  if provides so:b.so.1=1.5");
  EXPECT_EQ(describe(index, 2), "a-doc-1.0-r0 of source if a (= 1.0-r0) docs provides");
  EXPECT_EQ(index.package(1).provider_priority, 10U);
  EXPECT_FALSE(index.find("e"));
  auto library = index.find("so:b.so.1");
  ASSERT_TRUE(library);
  IndexRange range = index.providers(*library);
  ASSERT_EQ(range.end - range.begin, 1U);
  EXPECT_EQ(index.provider(range.begin).number, 1U);
  EXPECT_EQ(index.provider(range.begin).version, "1.5");
  range = index.triggered(*index.find("docs"));
  ASSERT_EQ(range.end - range.begin, 1U);
  EXPECT_EQ(index.triggered_package(range.begin), 2U);
}

// A cache that was damaged in spite of its checksum gives nonsense, and no access leaves it.
TEST(ApkPackageIndex, StaysWithinDamagedBytes) {
  std::string bytes = compiled(k_text);
  for (size_t size = 0; size < bytes.size(); size += 7)
    EXPECT_FALSE(PackageIndex::open(std::string_view(bytes).substr(0, size)));
  for (size_t place = 48; place < bytes.size(); ++place) {
    std::string damaged = bytes;
    damaged[place] = static_cast<char>(damaged[place] ^ 0x81);
    auto index = PackageIndex::open(damaged);
    if (!index) continue;
    for (uint32_t i = 0; i < index->size(); ++i) (void)describe(*index, i);
    (void)index->find("so:b.so.1");
    (void)index->find("absent");
  }
}

TEST(ApkPackageIndex, WordsThatAreTooLongAreRefused) {
  std::string text = apk_index_entry("a", "1", "D:" + std::string(70000, 'x') + "\n");
  auto entries = value(parse_index(text, "x86_64"));
  EXPECT_EQ(compile_index(entries, 0).error().code, ErrorCode::limit);
}

TEST(ApkPackageSet, APackageOfSeveralIndexesIsOne) {
  std::string first = compiled(k_text);
  std::string second =
      compiled(apk_index_entry("z", "1") + apk_index_entry("b", "2", "p:so:b.so.1=1.5\n") +
               apk_index_entry("b", "3"));
  auto source = [](const std::string& bytes, std::string tag) {
    return IndexSource{value(PackageIndex::open(bytes)), nullptr, {}, "test", std::move(tag)};
  };
  PackageSet set({source(first, ""), source(second, "edge")});
  ASSERT_EQ(set.named("b").size(), 2U);
  CandidateId both = set.named("b")[0];
  EXPECT_EQ(set.package(both).version, "2");
  EXPECT_EQ(set.sources_of(both), (std::vector<uint32_t>{0, 1}));
  EXPECT_EQ(set.sources_of(set.named("b")[1]), std::vector<uint32_t>{1});
  ASSERT_EQ(set.providers("so:b.so.1").size(), 1U);
  EXPECT_EQ(set.providers("so:b.so.1")[0].package, both);
  EXPECT_TRUE(set.providers("b").empty());
}

TEST(ApkRelease, AnotherReleasesIndexIsNotTaken) {
  auto check = [](std::string_view url, std::string_view description) {
    auto checked = check_release(value(parse_repository(url)), description);
    return checked ? "" : checked.error().message;
  };
  EXPECT_EQ(check("https://mirror.test/alpine/v3.19/main", "v3.19.1-642-g9e5b575ce97"), "");
  EXPECT_EQ(check("https://mirror.test/alpine/edge/main", "v20240329-12-g9e5b575ce97"), "");
  EXPECT_EQ(check("https://mirror.test/alpine/v3.19/main", "v20231219-1-g9e5b575ce97"), "");
  EXPECT_EQ(check("https://mirror.test/alpine/v3.19/main", "v3.18.6-12-gdeadbeef"),
            "the index of https://mirror.test/alpine/v3.19/main describes itself as that of "
            "v3.18.6-12-gdeadbeef");
  EXPECT_NE(check("https://mirror.test/alpine/v3.1/main", "v3.19.1"), "");
}

}  // namespace
}  // namespace kiln::packages::apk

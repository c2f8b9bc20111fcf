// SPDX-License-Identifier: Apache-2.0
//
// The oracle is the real apk of ../shared/alpine, run on the full index of Alpine 3.19.
#include "packages/apk/solver.hpp"

#include "base/process.hpp"
#include "base/strings.hpp"
#include "packages/apk/signature.hpp"
#include "support/apk_repository.hpp"
#include "support/result_matchers.hpp"
#include "support/shared_data.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace kiln::packages::apk {
namespace {

using testing::apk_index_entry;

IndexSource source_of(std::string_view text, std::string name, std::string tag = "") {
  auto entries = testing::value(parse_index(text, "x86_64"));
  auto bytes = std::make_shared<const std::string>(testing::value(compile_index(entries, 0)));
  PackageIndex index = testing::value(PackageIndex::open(*bytes));
  return {index, bytes, {"http://mirror.test"}, std::move(name), std::move(tag)};
}

PackageSet set_of(std::string_view index) {
  return PackageSet({source_of(index, "test")});
}

std::vector<std::string> names(const PackageSet& set, const Solution& solution) {
  if (!solution.contradictions.empty()) return {"refused"};
  std::vector<std::string> names;
  for (CandidateId id : solution.packages)
    names.push_back(fmt::format("{}={}", set.name(id), set.package(id).version));
  std::ranges::sort(names);
  return names;
}

std::vector<std::string> solved(const PackageSet& set, std::vector<std::string> wished,
                                std::set<std::string, std::less<>> excluded = {}) {
  std::vector<Requirement> wishes;
  for (std::string& name : wished)
    wishes.push_back({.name = std::move(name), .version = {}, .architecture = {}});
  return names(set, solve(set, wishes, excluded));
}

using Names = std::vector<std::string>;

TEST(ApkSolver, TakesTheNewestVersionAndWhatItNeeds) {
  PackageSet set = set_of(apk_index_entry("a", "1", "D:so:b.so.1\n") +
                          apk_index_entry("b", "1", "p:so:b.so.1=1\n") +
                          apk_index_entry("b", "2", "p:so:b.so.1=1.1\n"));
  EXPECT_EQ(solved(set, {"a"}), (Names{"a=1", "b=2"}));
}

TEST(ApkSolver, ChoosesAVirtualProviderByPriorityOnly) {
  std::string common = apk_index_entry("a", "1", "D:mta\n") + apk_index_entry("x", "1", "p:mta\n");
  EXPECT_EQ(solved(set_of(common + apk_index_entry("y", "1", "p:mta\n")), {"a"}), Names{"refused"});
  PackageSet ranked = set_of(common + apk_index_entry("y", "1", "p:mta\nk:10\n"));
  EXPECT_EQ(solved(ranked, {"a"}), (Names{"a=1", "y=1"}));
  EXPECT_EQ(solved(ranked, {"a", "x"}), (Names{"a=1", "x=1"}));
}

TEST(ApkSolver, FollowsInstallIf) {
  PackageSet set = set_of(apk_index_entry("a", "1") + apk_index_entry("docs", "1") +
                          apk_index_entry("a-doc", "1", "i:a=1 docs\n"));
  EXPECT_EQ(solved(set, {"a"}), Names{"a=1"});
  EXPECT_EQ(solved(set, {"a", "docs"}), (Names{"a-doc=1", "a=1", "docs=1"}));
}

// As sane-udev of Alpine 3.19, which wants sane and udev: eudev provides the latter, and may be
// come to last.
TEST(ApkSolver, FollowsInstallIfOfProvidedNames) {
  PackageSet set = set_of(apk_index_entry("a", "1") + apk_index_entry("eudev", "1", "p:udev\n") +
                          apk_index_entry("a-udev", "1", "i:a=1 udev\n"));
  EXPECT_EQ(solved(set, {"a", "eudev"}), (Names{"a-udev=1", "a=1", "eudev=1"}));
}

TEST(ApkSolver, VersionedProvidesOfOneNameExcludeEachOther) {
  std::string index = apk_index_entry("x", "1", "p:n=1\n") + apk_index_entry("y", "1", "p:n=1\n");
  EXPECT_EQ(solved(set_of(index), {"x", "y"}), Names{"refused"});
  std::string free = apk_index_entry("x", "1", "p:n\n") + apk_index_entry("y", "1", "p:n\n");
  EXPECT_EQ(solved(set_of(free), {"x", "y"}), (Names{"x=1", "y=1"}));
}

TEST(ApkSolver, HeedsConflicts) {
  PackageSet set = set_of(apk_index_entry("a", "1", "D:!b\n") + apk_index_entry("b", "1"));
  EXPECT_EQ(solved(set, {"a"}), Names{"a=1"});
  EXPECT_EQ(solved(set, {"a", "b"}), Names{"refused"});
}

TEST(ApkSolver, DoesWithoutWhatIsExcluded) {
  PackageSet set = set_of(apk_index_entry("a", "1", "D:b so:c\n") + apk_index_entry("b", "1") +
                          apk_index_entry("c", "1", "p:so:c=1\n"));
  EXPECT_EQ(solved(set, {"a"}, {"b", "c"}), Names{"a=1"});
}

// Packages of a tagged repository are taken for who asks for the tag, and for what that needs.
TEST(ApkSolver, TakesFromTaggedRepositoriesWhatIsTagged) {
  std::string main = apk_index_entry("a", "1") + apk_index_entry("lib", "1");
  std::string edge = apk_index_entry("a", "2", "D:lib>=2\n") + apk_index_entry("lib", "2") +
                     apk_index_entry("c", "1");
  PackageSet set({source_of(main, "main"), source_of(edge, "edge", "edge")});
  EXPECT_EQ(solved(set, {"a"}), Names{"a=1"});
  EXPECT_EQ(solved(set, {"a@edge"}), (Names{"a=2", "lib=2"}));
  EXPECT_EQ(solved(set, {"a", "lib@edge"}), (Names{"a=1", "lib=2"}));
  EXPECT_EQ(solved(set, {"c"}), Names{"refused"});
  EXPECT_EQ(solved(set, {"c@edge"}), Names{"c=1"});
  EXPECT_EQ(solved(set, {"c@testing"}), Names{"refused"});
}

TEST(ApkSolver, APackageOfBothKindsOfRepositoriesNeedsNoTag) {
  std::string same = apk_index_entry("a", "1");
  PackageSet set({source_of(same, "edge", "edge"), source_of(same, "main")});
  EXPECT_EQ(solved(set, {"a"}), Names{"a=1"});
}

TEST(ApkSolver, VersionsOfWishesBind) {
  PackageSet set = set_of(apk_index_entry("a", "1.2.3-r0") + apk_index_entry("a", "1.3.0-r0"));
  auto with = [&](RelationOp op, std::string version) {
    std::vector<Requirement> wishes{
        {.name = "a", .op = op, .version = std::move(version), .architecture = {}}};
    return names(set, solve(set, wishes, {}));
  };
  EXPECT_EQ(with(RelationOp::fuzzy, "1.2"), Names{"a=1.2.3-r0"});
  EXPECT_EQ(with(RelationOp::less, "1.3"), Names{"a=1.2.3-r0"});
  EXPECT_EQ(with(RelationOp::equal, "1.2.3-r0"), Names{"a=1.2.3-r0"});
  EXPECT_EQ(with(RelationOp::equal, "1.2.3-r1"), Names{"refused"});
  EXPECT_EQ(with(RelationOp::greater_equal, "1.0"), Names{"a=1.3.0-r0"});
}

// A chain as long as an index can be: nothing is lost, and no stack.
TEST(ApkSolver, FollowsLongChains) {
  std::string text;
  for (int i = 0; i < 2000; ++i)
    text += apk_index_entry(fmt::format("p{}", i), "1", fmt::format("D:p{}\n", i + 1));
  text += apk_index_entry("p2000", "1");
  EXPECT_EQ(solved(set_of(text), {"p0"}).size(), 2001U);
}

// The real apk, unpacked, with a root of its own.
class Oracle {
 public:
  static std::unique_ptr<Oracle> find() {
    auto iso = testing::shared_file("alpine/iso/x86_64");
    auto mirror = testing::shared_file("alpine/mirror/v3.19");
    if (!iso || !mirror) return nullptr;
    auto oracle = std::unique_ptr<Oracle>(new Oracle(*mirror));
    for (const std::string& file : testing::value(list_directory(*iso)))
      for (std::string_view part : {"apk-tools-2", "musl-1", "libcrypto3-", "libssl3-", "zlib-"})
        if (file.starts_with(part))
          oracle->run({"tar", "-xzf", (*iso / file).string(), "-C", oracle->tools_.string()});
    for (const NamedKey& key : embedded_keys())
      testing::value(write_file(oracle->keys_ / key.name, key.pem));
    if (oracle->apk({"--initdb", "add"}).exit_code != 0) return nullptr;
    return oracle;
  }

  std::vector<std::string> solved(const std::vector<std::string>& wished) {
    std::vector<std::string> arguments = {"add", "--simulate"};
    arguments.insert(arguments.end(), wished.begin(), wished.end());
    ProcessResult result = apk(arguments);
    if (result.exit_code != 0) return {"refused"};
    std::vector<std::string> names;
    for (std::string_view line : split(result.output, '\n')) {
      auto words = split_words(line);
      if (words.size() == 4 && words[1] == "Installing")
        names.push_back(fmt::format("{}={}", words[2], words[3].substr(1, words[3].size() - 2)));
    }
    std::ranges::sort(names);
    return names;
  }

 private:
  explicit Oracle(Path mirror) : mirror_(std::move(mirror)) {
    for (const Path& path : {tools_, keys_}) testing::value(make_directories(path));
  }

  static ProcessResult run(std::vector<std::string> arguments) {
    return testing::value(run_process(
        {.arguments = std::move(arguments), .input = {}, .environment = {}, .directory = {}}));
  }

  ProcessResult apk(const std::vector<std::string>& more) {
    std::string tools = tools_.string();
    std::vector<std::string> arguments = {tools + "/lib/ld-musl-x86_64.so.1",
                                          "--library-path",
                                          tools + "/lib:" + tools + "/usr/lib",
                                          tools + "/sbin/apk",
                                          "--no-network",
                                          "--no-cache",
                                          "--arch",
                                          "x86_64",
                                          "--root",
                                          (directory_.path() / "root").string(),
                                          "--keys-dir",
                                          keys_.string(),
                                          "--repositories-file",
                                          "/dev/null",
                                          "-X",
                                          (mirror_ / "main").string(),
                                          "-X",
                                          (mirror_ / "community").string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(std::move(arguments));
  }

  TemporaryDirectory directory_ = testing::value(TemporaryDirectory::create());
  Path mirror_;
  Path tools_ = directory_.path() / "tools";
  Path keys_ = directory_.path() / "keys";
};

// main and community; or with a tag, "@tag community" before main.
PackageSet full_index(const Path& mirror, const std::string& tag = "") {
  std::vector<IndexSource> sources;
  for (std::string repository :
       {tag.empty() ? "main" : "community", tag.empty() ? "community" : "main"}) {
    Path directory = mirror / repository / "x86_64";
    std::string file = testing::value(read_file(directory / "APKINDEX.tar.gz"));
    SignedContent opened = testing::value(open_signed(file, embedded_keys(), "x86_64"));
    IndexFile read = testing::value(read_index_file(opened.content));
    sources.push_back(source_of(read.text(), repository, repository == "main" ? "" : tag));
  }
  return PackageSet(std::move(sources));
}

// KILN_APK_SETS says how many sets are drawn: of one package, of two and of three.
TEST(ApkSolver, TakesWhatApkTakes) {
  auto oracle = Oracle::find();
  auto mirror = testing::shared_file("alpine/mirror/v3.19");
  if (oracle == nullptr || !mirror) GTEST_SKIP() << "../shared/alpine is not there, or no x86_64";
  PackageSet set = full_index(*mirror);
  std::mt19937_64 random(testing::fresh_seed());
  const char* wanted = std::getenv("KILN_APK_SETS");
  size_t count = wanted == nullptr ? 9 : std::stoul(wanted);
  size_t equal = 0;
  for (size_t i = 0; i < count; ++i) {
    std::vector<std::string> wished;
    for (size_t n = i % 3; n < 3; ++n)
      wished.emplace_back(set.name(static_cast<CandidateId>(random() % set.size())));
    Names ours = solved(set, wished);
    Names theirs = oracle->solved(wished);
    EXPECT_EQ(ours, theirs) << "for " << join(wished, " ");
    equal += ours == theirs ? 1 : 0;
  }
  std::cout << equal << " of " << count << " sets are equal\n";
}

// KILN_APK_ANSWERS names a file of answers that apk gave before: names, exit status and set,
// divided by tabs.
TEST(ApkSolver, TakesWhatApkTookBefore) {
  const char* answers = std::getenv("KILN_APK_ANSWERS");
  auto mirror = testing::shared_file("alpine/mirror/v3.19");
  if (answers == nullptr || !mirror) GTEST_SKIP() << "KILN_APK_ANSWERS is not set";
  const char* tag = std::getenv("KILN_APK_TAG");
  PackageSet set = full_index(*mirror, tag == nullptr ? "" : tag);
  std::ifstream file(answers);
  size_t count = 0;
  for (std::string line; std::getline(file, line); ++count) {
    auto fields = split(line, '\t');
    ASSERT_EQ(fields.size(), 3U) << line;
    Names theirs;
    for (std::string_view word : split_words(fields[2])) theirs.emplace_back(word);
    if (fields[1] != "0") theirs = {"refused"};
    std::ranges::sort(theirs);
    Names wished;
    for (std::string_view word : split_words(fields[0])) wished.emplace_back(word);
    EXPECT_EQ(solved(set, wished), theirs) << fields[0];
  }
  std::cout << count << " answers\n";
}

}  // namespace
}  // namespace kiln::packages::apk

// SPDX-License-Identifier: Apache-2.0
//
// What several people say about one image, also at the same time: all of it stays.
#include "publishing.hpp"

#include <thread>

#include <fmt/format.h>

namespace kiln::testing {
namespace {

using ::testing::HasSubstr;

constexpr size_t k_at_once = 4;

std::string type_of(size_t number) {
  return fmt::format("https://example.org/test/{}", number);
}

class Attaching : public Publishing {
 protected:
  void SetUp() override {
    Publishing::SetUp();
    value(write_file(place() / "result.json", R"({"passed":true})"));
    // The key ring is there before several processes want it.
    ASSERT_EQ(kiln({"key", "list"}).exit, 0);
  }
  // How many signatures the tag of a layout's image holds, as cosign and podman read it.
  size_t signatures_under_tag(const std::string& layout) {
    std::string tag = "sha256-" + index_of(layout).hex() + ".sig";
    Json index = value(parse_json(value(read_file(place() / layout / "index.json"))));
    for (const Json& entry : index.find("manifests")->as_array()) {
      auto name = entry.get_string({"annotations", "org.opencontainers.image.ref.name"});
      if (!name || *name != tag) continue;
      Digest digest = value(Digest::parse(value(entry.get_string("digest"))));
      std::string text = value(read_file(place() / layout / "blobs/sha256" / digest.hex()));
      Json manifest = value(parse_json(text));
      size_t layers = manifest.find("layers")->as_array().size();
      std::string config = value(manifest.get_string({"config", "digest"})).substr(7);
      Json written =
          value(parse_json(value(read_file(place() / layout / "blobs/sha256" / config))));
      EXPECT_EQ((*value(written.get_array({"rootfs", "diff_ids"}))).size(), layers);
      return layers;
    }
    return 0;
  }
  void sign_at_once(const std::string& image) {
    std::vector<Ended> runs(k_at_once);
    std::vector<std::thread> threads;
    for (Ended& run : runs)
      threads.emplace_back([&] { run = http({"sign", image, "--evidence-forms", "simple-tag"}); });
    for (std::thread& thread : threads) thread.join();
    for (const Ended& run : runs) EXPECT_EQ(run.exit, 0) << run.errors;
  }
  // Statements of several types, each by a process of its own.
  void attest_at_once(const std::string& image) {
    std::vector<Ended> runs(k_at_once);
    std::vector<std::thread> threads;
    for (size_t i = 0; i < k_at_once; ++i)
      threads.emplace_back([&, i] {
        runs[i] = http({"attest", image, "--predicate", "result.json", "--type", type_of(i)});
      });
    for (std::thread& thread : threads) thread.join();
    for (const Ended& run : runs) EXPECT_EQ(run.exit, 0) << run.errors;
  }
  void expect_all_listed(const std::string& image) {
    std::string listed = http({"attest", image, "--list"}).output;
    for (size_t i = 0; i < k_at_once; ++i) EXPECT_THAT(listed, HasSubstr(type_of(i)));
  }
};

TEST_F(Attaching, StatementsAboutALayoutThatComeAtOnceAllStay) {
  attest_at_once("out");
  expect_all_listed("out");
  EXPECT_EQ(value(list_directory(place() / "out")),
            (std::vector<std::string>{"blobs", "index.json", "oci-layout"}));
}

TEST_F(Attaching, StatementsInARegistryWithoutReferrersApiThatComeAtOnceAllStay) {
  NEED_TOOL(program_of(RegistryKind::distribution2));
  RegistryServer registry(RegistryKind::distribution2);
  std::string image = registry.host() + "/base/hello:1";
  moved({"push", "out", image});
  attest_at_once(image);
  expect_all_listed(image);
}

TEST_F(Attaching, StatementsOfOnePlatformAreListedAndShownAlone) {
  auto listed = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"attest", "out"});
    Ended run = kiln(words);
    EXPECT_EQ(run.exit, 0) << run.errors;
    return std::ranges::count(run.output, '\n');
  };
  EXPECT_EQ(listed({"--get", "provenance"}), 2);
  EXPECT_EQ(listed({"--get", "provenance", "--platform", "linux/arm64"}), 1);
  EXPECT_LT(listed({"--list", "--platform", "linux/amd64"}), listed({"--list"}));
  std::string index = index_of("out").str();
  Ended of_platform = kiln({"attest", "out", "--list", "--platform", "linux/amd64"});
  EXPECT_THAT(of_platform.output, ::testing::Not(HasSubstr(index)));
  EXPECT_EQ(kiln({"attest", "out", "--list", "--platform", "linux/s390x"}).exit, 2);
}

// The build has signed under the tag; whoever signs later is one more there.
TEST_F(Attaching, SignaturesUnderATagOfALayoutAreAddedToThoseOfOthers) {
  ASSERT_EQ(signatures_under_tag("out"), 1U);
  sign_at_once("out");
  EXPECT_EQ(signatures_under_tag("out"), 1U + k_at_once);
  ASSERT_EQ(kiln({"key", "export", "user", "-o", "user.pub"}).exit, 0);
  ASSERT_EQ(kiln({"key", "export", "-o", "release.pub"}).exit, 0);
  for (const char* key : {"user.pub", "release.pub"}) {
    Ended verified = kiln({"verify", "out", "--key", key});
    EXPECT_EQ(verified.exit, 0) << verified.output << verified.errors;
  }
}

TEST_F(Attaching, SignaturesUnderATagOfARegistryAreAddedToThoseOfOthers) {
  NEED_TOOL(program_of(RegistryKind::distribution2));
  RegistryServer registry(RegistryKind::distribution2);
  std::string image = registry.host() + "/base/hello:1";
  moved({"push", "out", image});
  sign_at_once(image);
  moved({"pull", image, "-o", "back"});
  EXPECT_EQ(signatures_under_tag("back"), 1U + k_at_once);
}

}  // namespace
}  // namespace kiln::testing

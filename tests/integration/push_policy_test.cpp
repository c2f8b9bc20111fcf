// SPDX-License-Identifier: Apache-2.0
//
// `kiln push --policy`: what is sent is what is judged, by the words of `kiln verify`.
#include "crypto/key.hpp"
#include "publishing.hpp"

namespace kiln::testing {
namespace {

using ::testing::HasSubstr;

class PushPolicy : public Publishing {
 protected:
  void SetUp() override {
    NEED_TOOL(program_of(RegistryKind::distribution2));
    Publishing::SetUp();
    ASSERT_EQ(kiln({"key", "export", "-o", "release.pub"}).exit, 0);
    ASSERT_EQ(kiln({"key", "trusted-root", "-o", "root.json"}).exit, 0);
    registry_.emplace(RegistryKind::distribution2);
  }
  void write_policy(const std::string& key) {
    value(write_file(place() / "policy.yaml",
                     "format: 1\nsigners: [{name: release, key: \"" + key +
                         "\"}]\ntrusted-root: root.json\nsignatures: {index: required}\n"
                         "statements: {image: [definition], platform: [provenance]}\n"));
  }
  std::string image(const std::string& repository) {
    return registry_->host() + "/" + repository + ":1";
  }
  Ended push(const std::string& repository, std::vector<std::string> more) {
    more.insert(more.begin(), {"push", "out", image(repository)});
    return http(std::move(more));
  }
  int verified(const std::string& repository, const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"verify", image(repository), "--policy", "policy.yaml"};
    words.insert(words.end(), more.begin(), more.end());
    return http(words).exit;
  }
  std::optional<RegistryServer> registry_;
};

TEST_F(PushPolicy, RefusesWhatVerifyRefusesThereAndNothingElse) {
  write_policy("release.pub");
  const std::vector<std::vector<std::string>> ways = {
      {}, {"--no-evidence"}, {"--platform", "linux/amd64"}};
  for (size_t i = 0; i < ways.size(); ++i) {
    std::string repository = "sent/" + std::to_string(i);
    ASSERT_EQ(push(repository, ways[i]).exit, 0);
    std::vector<std::string> with_policy = ways[i];
    with_policy.insert(with_policy.end(), {"--policy", "policy.yaml"});
    Ended judged = push("judged/" + std::to_string(i), with_policy);
    EXPECT_EQ(judged.exit, verified(repository)) << judged.output << judged.errors;
    EXPECT_EQ(judged.exit, i == 0 ? 0 : 1) << judged.output << judged.errors;
    if (i == 0) continue;
    EXPECT_THAT(judged.output, HasSubstr("nothing was sent"));
    EXPECT_NE(verified("judged/" + std::to_string(i)), 0);
  }
}

TEST_F(PushPolicy, TakesTheKeyThatAPolicyNamesByItsDigest) {
  std::string pem = value(read_file(place() / "release.pub"));
  write_policy(value(PublicKey::from_pem(pem)).digest().str());
  Ended without = push("base/hello", {"--policy", "policy.yaml"});
  EXPECT_EQ(without.exit, 1) << without.output;
  EXPECT_THAT(without.output, HasSubstr("--key"));
  Ended with = push("base/hello", {"--policy", "policy.yaml", "--key", "release.pub"});
  EXPECT_EQ(with.exit, 0) << with.output << with.errors;
  Ended stray = push("base/hello", {"--key", "release.pub"});
  EXPECT_EQ(stray.exit, 2);
  EXPECT_THAT(stray.errors, HasSubstr("--key belongs to --policy"));
}

}  // namespace
}  // namespace kiln::testing

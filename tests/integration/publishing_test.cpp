// SPDX-License-Identifier: Apache-2.0
//
// push, pull and copy against real registries, with the clients of others as judges.
#include "publishing.hpp"

#include "base/bytes.hpp"
#include "base/strings.hpp"
#include "support/shared_data.hpp"

#include <algorithm>
#include <chrono>
#include <random>

#include <fmt/format.h>

namespace kiln::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

int64_t number(const Json& json, std::initializer_list<std::string_view> path) {
  return value(json.get_int(MemberPath(path)));
}

class PublishingTest : public Publishing, public ::testing::WithParamInterface<RegistryKind> {
 protected:
  void SetUp() override {
    NEED_TOOL(program_of(GetParam()));
    NEED_TOOL("oras");
    Publishing::SetUp();
    registry_.emplace(GetParam());
    attach_evidence();
  }
  std::string at(const std::string& rest) { return registry_->host() + "/" + rest; }
  std::optional<RegistryServer> registry_;
};

TEST_P(PublishingTest, WhatWasPushedIsThereForOthersWithItsEvidence) {
  Json done = moved({"push", "out", at("base/hello:1"), at("base/hello:1.0")});
  EXPECT_GT(number(done, {"blobs", "sent"}), 0);
  EXPECT_GE(number(done, {"evidence"}), 3);
  EXPECT_LE(number(done, {"evidence"}), 40);  // 20 a platform
  std::string tree = discover(at("base/hello:1"));
  EXPECT_THAT(tree, HasSubstr("application/x.sbom"));
  EXPECT_THAT(tree, HasSubstr("application/x.signature"));
  EXPECT_THAT(tree, HasSubstr("lock.v1+json"));
  if (have_tool("crane")) {
    EXPECT_EQ(trim(tool({"crane", "digest", "--insecure", at("base/hello:1.0")})),
              index_of("out").str());
    expect_valid(at("base/hello:1"));
  }
  if (have_tool("skopeo")) {
    tool({"skopeo", "copy", "--all", "--src-tls-verify=false", "docker://" + at("base/hello:1"),
          "oci:" + (place() / "skopeo").string()});
    EXPECT_EQ(index_of("skopeo"), index_of("out"));
  }
}

TEST_P(PublishingTest, WhatIsPulledIsWhatWasPushed) {
  moved({"push", "out", at("base/hello:1")});
  forget_store();
  moved({"pull", at("base/hello:1"), "-o", "back"});
  EXPECT_EQ(index_of("back"), index_of("out"));
  EXPECT_EQ(blobs_of("back"), blobs_of("out"));
  Ended inspected = http({"inspect", at("base/hello:1"), "--platform", "linux/arm64"});
  EXPECT_THAT(inspected.output, HasSubstr("linux/arm64"));
  Ended same = http({"diff", "out", at("base/hello:1"), "--platform", "linux/amd64"});
  EXPECT_EQ(same.exit, 0) << same.output << same.errors;
  Ended explained = http({"explain", at("base/hello:1"), "libhello", "--platform", "linux/amd64"});
  EXPECT_EQ(explained.exit, 0) << explained.errors;
  EXPECT_THAT(discover("--oci-layout " + (place() / "back").string()), Not(HasSubstr("Error")));
}

// The tag names another index then; signatures, lock and statements hold for it, too, wherever it
// goes.
TEST_P(PublishingTest, ATagCanNameTheIndexWithAttestationsInside) {
  Ended none = http({"push", "out", at("base/hello:1"), "--buildkit-attestations"});
  EXPECT_EQ(none.exit, 2);
  EXPECT_THAT(none.errors, HasSubstr("--evidence-forms"));
  Ended built =
      kiln({"build", "hello.yaml", "-o", "attested", "--platform", "linux/amd64", "--platform",
            "linux/arm64", "--evidence-forms", "bundle,buildkit-attestations"});
  ASSERT_EQ(built.exit, 0) << built.errors;
  Json done = moved({"push", "attested", at("base/hello:1"), "--buildkit-attestations"});
  EXPECT_NE(value(done.get_string("digest")), index_of("attested").str());
  moved({"copy", at("base/hello:1"), at("other/hello:1")});
  moved({"pull", at("other/hello:1"), "-o", "back"});
  for (const std::string& place :
       {at("base/hello:1"), at("other/hello:1"), std::string("back"), std::string("attested")}) {
    Ended verified = http({"verify", place});
    EXPECT_EQ(verified.exit, 0) << place << verified.output << verified.errors;
    EXPECT_THAT(verified.output, HasSubstr("SLSA_BUILD_LEVEL_1")) << place;
    Ended lock = http({"explain", place, "libhello", "--platform", "linux/amd64"});
    EXPECT_EQ(lock.exit, 0) << place << lock.errors;
  }
  EXPECT_THAT(http({"verify", at("base/hello:1")}).output,
              HasSubstr("attestations of linux/arm64"));
  if (have_tool("crane")) {
    EXPECT_THAT(tool({"crane", "manifest", "--insecure", at("other/hello:1")}),
                HasSubstr("vnd.docker.reference.type"));
  }
}

// Kept on the way: a registry, a layout, an archive, another registry.
TEST_P(PublishingTest, TheIndexWithAttestationsGoesThroughAnArchive) {
  Ended built = kiln({"build", "hello.yaml", "-o", "attested", "--platform", "linux/amd64",
                      "--evidence-forms", "bundle,buildkit-attestations"});
  ASSERT_EQ(built.exit, 0) << built.errors;
  std::string flag = "--buildkit-attestations";
  std::string digest =
      value(moved({"push", "attested", at("base/hello:1"), flag}).get_string("digest"));
  ASSERT_NE(digest, index_of("attested").str());
  auto expect_same = [&](const std::vector<std::string>& words) {
    EXPECT_EQ(value(moved(words).get_string("digest")), digest) << words[0];
  };
  expect_same({"pull", at("base/hello:1"), "-o", "pulled", flag});
  expect_same({"copy", "pulled", "all.tar", flag});
  expect_same({"push", "all.tar", at("inside/hello:1"), flag});
  expect_same({"copy", at("inside/hello:1"), at("again/hello:1"), flag});
  Ended verified = http({"verify", at("again/hello:1")});
  EXPECT_EQ(verified.exit, 0) << verified.output << verified.errors;
}

TEST_P(PublishingTest, ATagOfEvidenceIsNoneForAnImage) {
  std::string tag = "sha256-" + index_of("out").hex();
  for (std::string suffix : {"", ".sig", ".att", ".sbom"}) {
    Ended pushed = http({"push", "out", at("base/hello:1"), at("base/hello:" + tag + suffix)});
    EXPECT_EQ(pushed.exit, 2) << suffix;
    EXPECT_THAT(pushed.errors, HasSubstr("is no tag for an image")) << suffix;
  }
  EXPECT_EQ(http({"inspect", at("base/hello:1")}).exit, 2) << "something was sent";
  moved({"push", "out", at("base/hello:1")});
  EXPECT_EQ(http({"copy", at("base/hello:1"), at("base/hello:" + tag)}).exit, 2);
  EXPECT_EQ(http({"verify", at("base/hello:1")}).exit, 0);
}

// What this machine has read before is no answer to what the registry has now.
TEST_P(PublishingTest, WhatARegistryLostIsMissedWhateverTheStoreHolds) {
  moved({"push", "out", at("base/hello:1")});
  ASSERT_EQ(http({"verify", at("base/hello:1")}).exit, 0);
  Json index =
      value(parse_json(value(read_file(place() / "out/blobs/sha256" / index_of("out").hex()))));
  const Json& first = index.find("manifests")->as_array().at(0);
  Digest manifest = value(Digest::parse(value(first.get_string("digest"))));
  Json image = value(parse_json(value(read_file(place() / "out/blobs/sha256" / manifest.hex()))));
  Digest layer =
      value(Digest::parse(value(image.find("layers")->as_array().at(0).get_string("digest"))));
  std::filesystem::remove(registry_->stored(layer));
  registry_->restart();
  Ended verified = http({"verify", at("base/hello:1")});
  EXPECT_EQ(verified.exit, 1) << verified.output << verified.errors;
  EXPECT_THAT(verified.output, HasSubstr("does not have " + layer.str()));
}

// Whichever index the tag names, and with all four bills of materials: a repository holds the image
// (index, one platform) and 20 objects.
TEST_P(PublishingTest, ARepositoryGetsTwentyObjectsAPlatformAtMost) {
  configure("evidence: {documents: [spdx-2.3, spdx-3.0.1, cyclonedx-1.6, cyclonedx-1.7]}\n");
  ASSERT_EQ(kiln({"build", "hello.yaml", "-o", "before", "--platform", "linux/amd64"}).exit, 0);
  packages()[2].version = "2.10-4";
  publish();
  Ended built = kiln({"build", "hello.yaml", "-o", "full", "--platform", "linux/amd64",
                      "--previous", "before", "--evidence-forms",
                      "bundle,rekor-v1-bundle,simple-referrer,simple-tag,attestation-tag,notary,"
                      "buildkit-attestations"});
  ASSERT_EQ(built.exit, 0) << built.errors;
  EXPECT_THAT(built.output, HasSubstr("20 in a registry"));
  Json plain = moved({"push", "full", at("base/hello:1")});
  EXPECT_EQ(number(plain, {"manifests", "sent"}), 2 + 20);
  Json attested = moved({"push", "full", at("other/hello:1"), "--buildkit-attestations"});
  EXPECT_EQ(number(attested, {"manifests", "sent"}), 2 + 20);
  for (const std::string& place : {at("base/hello:1"), at("other/hello:1"), std::string("full")}) {
    Ended verified = http({"verify", place});
    EXPECT_EQ(verified.exit, 0) << place << verified.output << verified.errors;
    EXPECT_THAT(verified.output, HasSubstr("SLSA_BUILD_LEVEL_1")) << place;
  }
}

TEST_P(PublishingTest, ASecondPushSendsNothing) {
  moved({"push", "out", at("base/hello:1")});
  Json again = moved({"push", "out", at("base/hello:1")});
  EXPECT_EQ(number(again, {"added"}), 0);
  EXPECT_EQ(number(again, {"tags", "sent"}), 0);
  EXPECT_THAT(http({"pull", at("base/hello:1"), "-o", "back"}).output,
              HasSubstr(" from the store\n"));
  Json other = moved({"push", "out", at("other/hello:1")});
  EXPECT_EQ(number(other, {"blobs", "sent"}), 0);
  EXPECT_GT(number(other, {"blobs", "mounted"}), 0);
}

TEST_P(PublishingTest, AnImageInARegistryIsSignedThere) {
  std::string name = at("team/hello:1");
  moved({"push", "out", name, "--no-evidence"});
  EXPECT_EQ(http({"verify", name}).exit, 1) << "nothing was signed yet";
  Ended signature = http({"sign", name, "--evidence-forms", "bundle,simple-tag"});
  ASSERT_EQ(signature.exit, 0) << signature.errors;
  value(write_file(place() / "result.json", R"({"passed":true})"));
  Ended attested = http({"attest", name, "--predicate", "result.json", "--type",
                         "https://in-toto.io/attestation/test-result/v0.1"});
  ASSERT_EQ(attested.exit, 0) << attested.errors;
  Ended listed = http({"attest", name, "--list"});
  EXPECT_THAT(listed.output, HasSubstr("test-result")) << listed.errors;
  Ended twice = http({"sign", name, "--evidence-forms", "simple-tag"});
  EXPECT_EQ(twice.exit, 0) << twice.errors;
  ASSERT_EQ(kiln({"key", "export", "user", "-o", "user.pub"}).exit, 0);
  Ended verified = http({"verify", name, "--key", "user.pub"});
  EXPECT_EQ(verified.exit, 0) << verified.output << verified.errors;
  if (have_tool("cosign"))
    tool({"cosign", "verify", "--key", (place() / "user.pub").string(), "--allow-insecure-registry",
          "--insecure-ignore-tlog=true", name});
}

TEST_P(PublishingTest, OnePlatformAndWithoutEvidence) {
  Json arm = moved({"push", "out", at("base/arm:1"), "--platform", "linux/arm64"});
  EXPECT_NE(value(arm.get_string("digest")), index_of("out").str());
  Json bare = moved({"push", "out", at("base/bare:1"), "--no-evidence"});
  EXPECT_EQ(number(bare, {"evidence"}), 0);
  EXPECT_THAT(discover(at("base/bare:1")), Not(HasSubstr("application/x.sbom")));
  EXPECT_EQ(http({"push", "out", at("base/s390x:1"), "--platform", "linux/s390x"}).exit, 2);
}

TEST_P(PublishingTest, CopiesGoThroughAnArchiveToAnotherRegistry) {
  const RegistryKind other =
      GetParam() == RegistryKind::olareg ? RegistryKind::distribution2 : RegistryKind::olareg;
  NEED_TOOL(program_of(other));
  moved({"push", "out", at("base/hello:1")});
  if (have_tool("cosign") || have_tool("cosign2")) {
    // Signed in the registry with the old tags, which the archive has to carry, too.
    std::string cosign = have_tool("cosign2") ? "cosign2" : "cosign";
    std::vector<std::string> quiet = {"COSIGN_PASSWORD="};
    ToolRun made = run_tool(
        {cosign, "generate-key-pair", "--output-key-prefix", (place() / "test").string()}, quiet);
    ASSERT_EQ(made.exit_code, 0) << made.errors;
    ToolRun signed_run =
        run_tool({cosign, "sign", "--yes", "--tlog-upload=false", "--allow-http-registry", "--key",
                  (place() / "test.key").string(), at("base/hello@") + index_of("out").str()},
                 quiet);
    ASSERT_EQ(signed_run.exit_code, 0) << signed_run.errors;
  }
  moved({"pull", at("base/hello:1"), "-o", "first"});
  moved({"copy", "first", "all.tar"});
  forget_store();
  RegistryServer inside(other);
  moved({"copy", "all.tar", inside.host() + "/mirror/"});
  std::string there = inside.host() + "/mirror/base/hello:1";
  EXPECT_THAT(discover(there), HasSubstr("application/x.signature"));
  if (have_tool("cosign2") || have_tool("cosign")) {
    std::string cosign = have_tool("cosign2") ? "cosign2" : "cosign";
    tool({cosign, "verify", "--insecure-ignore-tlog=true", "--allow-http-registry", "--key",
          (place() / "test.pub").string(), there});
  }
  forget_store();
  Json third = moved({"copy", there, at("third/hello:1")});
  EXPECT_EQ(value(third.get_string("digest")), index_of("out").str());
  moved({"pull", at("third/hello:1"), "-o", "third"});
  EXPECT_EQ(blobs_of("third"), blobs_of("first"));
}

INSTANTIATE_TEST_SUITE_P(Registries, PublishingTest,
                         ::testing::Values(RegistryKind::distribution2, RegistryKind::distribution3,
                                           RegistryKind::olareg),
                         [](const auto& kind) {
                           std::string name = program_of(kind.param);
                           std::erase(name, '-');
                           return name;
                         });

// Registries that want to know who asks, or speak TLS.
class Access : public Publishing {
 protected:
  void log_in(const RegistryServer& registry, const std::string& user_and_password) {
    value(make_directories(place() / "home/.docker"));
    value(write_file(place() / "home/.docker/config.json",
                     fmt::format(R"({{"auths":{{"{}":{{"auth":"{}"}}}}}})", registry.host(),
                                 to_base64(user_and_password))));
  }
};

TEST_F(Access, APasswordFromDockersFileIsUsed) {
  NEED_TOOL("docker-registry");
  NEED_TOOL("htpasswd");
  RegistryServer registry(RegistryKind::distribution2, {.user = "me", .password = "secret"});
  std::string to = registry.host() + "/base/hello:1";
  Ended refused = http({"push", "out", to});
  EXPECT_EQ(refused.exit, 4);
  EXPECT_THAT(refused.errors, HasSubstr("docker login " + registry.host()));
  log_in(registry, "me:wrong");
  refused = http({"push", "out", to});
  EXPECT_EQ(refused.exit, 4);
  EXPECT_THAT(refused.errors, Not(HasSubstr("wrong")));
  log_in(registry, "me:secret");
  EXPECT_EQ(http({"push", "out", to}).exit, 0);
}

TEST_F(Access, ATokenIsAskedForWithThePassword) {
  NEED_TOOL("olareg");
  NEED_TOOL("htpasswd");
  RegistryServer registry(RegistryKind::olareg,
                          {.user = "me", .password = "secret", .tokens = true});
  std::string to = registry.host() + "/base/hello:1";
  EXPECT_EQ(http({"push", "out", to}).exit, 4);
  log_in(registry, "me:secret");
  Ended pushed = http({"push", "out", to});
  EXPECT_EQ(pushed.exit, 0) << pushed.errors;
  Ended copied = http({"copy", to, registry.host() + "/other/hello:1", "--json"});
  EXPECT_EQ(copied.exit, 0) << copied.errors;
  EXPECT_THAT(copied.output, HasSubstr("\"sent_bytes\": 0"));
}

TEST_F(Access, ACertificateOfOnesOwnAuthorityIsTrustedWhenNamed) {
  NEED_TOOL("docker-registry");
  NEED_TOOL("openssl");
  std::string at = place().string() + "/";
  tool({"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
        "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", at + "key.pem",
        "-out", at + "cert.pem"});
  RegistryServer registry(RegistryKind::distribution2,
                          {.certificate = at + "cert.pem", .key = at + "key.pem"});
  std::string to = registry.host() + "/base/hello:1";
  EXPECT_EQ(kiln({"push", "out", to}).exit, 4);
  EXPECT_EQ(http({"push", "out", to}).exit, 4);
  Ended trusted = kiln({"push", "out", to, "--ca-file", at + "cert.pem"});
  EXPECT_EQ(trusted.exit, 0) << trusted.errors;
  EXPECT_EQ(kiln({"inspect", to, "--platform", "linux/amd64", "--ca-file", at + "cert.pem"}).exit,
            0);
}

TEST_F(Access, PlainHttpIsNotSpokenUnasked) {
  NEED_TOOL("docker-registry");
  RegistryServer registry(RegistryKind::distribution2);
  Ended refused = kiln({"push", "out", registry.host() + "/base/hello:1"});
  EXPECT_EQ(refused.exit, 4) << refused.errors;
}

TEST_F(Publishing, APushThatIsKilledLeavesTheRegistryWholeAndTheNextOneFinishes) {
  NEED_TOOL("docker-registry");
  NEED_TOOL("timeout");
  NEED_TOOL("crane");
  NEED_TOOL("oras");
  attach_evidence();
  RegistryServer registry(RegistryKind::distribution2);
  auto begin = std::chrono::steady_clock::now();
  moved({"push", "out", registry.host() + "/base/whole:1"});
  std::chrono::duration<double> length = std::chrono::steady_clock::now() - begin;
  std::mt19937_64 random(fresh_seed());
  std::uniform_real_distribution<double> moments(0.002, length.count());
  size_t killed = 0;
  for (int i = 0; i < 12; ++i) {
    std::string to = fmt::format("{}/base/part{}:1", registry.host(), i / 3);
    forget_store();
    std::string moment = fmt::format("{:.4f}", moments(random));
    Ended run = http({"push", "out", to}, {.before = {"timeout", "-s", "KILL", moment}});
    killed += run.exit == 137 ? 1 : 0;
    ToolRun listed = run_tool({"crane", "digest", "--insecure", to});
    if (listed.exit_code == 0) {
      expect_valid(to);
      EXPECT_THAT(discover(to), HasSubstr("application/x.signature"));
    }
  }
  EXPECT_GT(killed, 0U);
  for (int i = 0; i < 4; ++i) {
    std::string to = fmt::format("{}/base/part{}:1", registry.host(), i);
    moved({"push", "out", to});
    expect_valid(to);
    EXPECT_THAT(discover(to), HasSubstr("application/x.signature"));
    EXPECT_EQ(number(moved({"push", "out", to}), {"added"}), 0);
  }
}

}  // namespace
}  // namespace kiln::testing

// SPDX-License-Identifier: Apache-2.0
//
// `kiln verify` on images that others signed: real cosign of versions 3 and 2 against a registry on
// the loopback address, and the shape in which Docker Hardened Images publish their statements.
#include "base/files.hpp"
#include "crypto/digest.hpp"
#include "data/json.hpp"
#include "support/registry_server.hpp"
#include "support/result_matchers.hpp"
#include "support/tools.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::testing {
namespace {

using ::testing::HasSubstr;

constexpr const char* k_manifest_type = "application/vnd.oci.image.manifest.v1+json";

// An image of one platform as a layout, written by hand.
class ForeignImages : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* tool : {"cosign", "cosign2", "oras", "olareg"})
      if (!have_tool(tool)) GTEST_SKIP() << tool << " is not installed";
    registry_.emplace(RegistryKind::olareg);
    write_image();
    oras({"cp", "--from-oci-layout", path("image") + ":1", "--to-plain-http", name(":1")});
    cosign("cosign", {"generate-key-pair", "--output-key-prefix", path("signer")});
    cosign("cosign", {"generate-key-pair", "--output-key-prefix", path("other")});
  }

  std::string path(const std::string& file) const { return directory_.path() / file; }
  std::string name(const std::string& rest) const { return registry_->host() + "/app" + rest; }
  std::string by_digest(const Digest& digest) const { return name("@" + digest.str()); }

  static void succeed(const ToolRun& run) {
    ASSERT_EQ(run.exit_code, 0) << run.output << run.errors;
  }
  static void oras(std::vector<std::string> words) {
    words.insert(words.begin(), "oras");
    succeed(run_tool(words));
  }
  static void cosign(const std::string& program, std::vector<std::string> words,
                     std::vector<std::string> environment = {}) {
    words.insert(words.begin(), program);
    environment.emplace_back("COSIGN_PASSWORD=");
    succeed(run_tool(words, environment));
  }

  // Words of cosign 3 for signing with a key alone.
  std::vector<std::string> with_key(const std::string& action, std::vector<std::string> more) {
    std::vector<std::string> words = {action,
                                      "--key",
                                      path("signer.key"),
                                      "--use-signing-config=false",
                                      "--tlog-upload=false",
                                      "--allow-http-registry",
                                      "-y"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

  ToolRun verify(const std::string& image, std::vector<std::string> more = {}) {
    std::vector<std::string> words = {KILN_PROGRAM,       "verify",  image,        "--key",
                                      path("signer.pub"), "--store", path("store")};
    words.insert(words.end(), more.begin(), more.end());
    return run_tool(words, {"HOME=" + path("home")});
  }
  ToolRun verify_in_registry(std::vector<std::string> more = {}) {
    more.emplace_back("--plain-http");
    return verify(name(":1"), std::move(more));
  }

  void write_image();

  TemporaryDirectory directory_ = value(TemporaryDirectory::create());
  std::optional<RegistryServer> registry_;
  Digest manifest_;
};

Json descriptor(const std::string& type, const std::string& bytes) {
  return Json::object(
      {{"mediaType", type}, {"digest", sha256(bytes).str()}, {"size", bytes.size()}});
}

void ForeignImages::write_image() {
  Path blobs = directory_.path() / "image" / "blobs" / "sha256";
  ASSERT_OK(make_directories(blobs));
  auto add = [&](const std::string& bytes) {
    EXPECT_OK(write_file(blobs / sha256(bytes).hex(), bytes));
  };
  std::string tar(1024, '\0');
  std::string config = canonical(Json::object(
      {{"architecture", "amd64"},
       {"os", "linux"},
       {"rootfs",
        Json::object({{"type", "layers"}, {"diff_ids", Json::array({sha256(tar).str()})}})}}));
  std::string manifest = canonical(Json::object(
      {{"schemaVersion", 2},
       {"mediaType", k_manifest_type},
       {"config", descriptor("application/vnd.oci.image.config.v1+json", config)},
       {"layers", Json::array({descriptor("application/vnd.oci.image.layer.v1.tar", tar)})}}));
  for (const std::string& bytes : {tar, config, manifest}) add(bytes);
  Json entry = descriptor(k_manifest_type, manifest);
  entry["annotations"] = Json::object({{"org.opencontainers.image.ref.name", "1"}});
  Json index = Json::object({{"schemaVersion", 2}, {"manifests", Json::array({std::move(entry)})}});
  ASSERT_OK(write_file(directory_.path() / "image" / "index.json", canonical(index)));
  ASSERT_OK(
      write_file(directory_.path() / "image" / "oci-layout", R"({"imageLayoutVersion":"1.0.0"})"));
  manifest_ = sha256(manifest);
}

TEST_F(ForeignImages, AreAcceptedWithABundleOfCosign3) {
  cosign("cosign", with_key("sign", {by_digest(manifest_)}));
  ToolRun run = verify_in_registry();
  EXPECT_EQ(run.exit_code, 0) << run.output << run.errors;
  EXPECT_THAT(run.output, HasSubstr("by signer (bundle)"));
}

TEST_F(ForeignImages, AreAcceptedWithASignatureTagOfCosign2) {
  cosign("cosign2", {"sign", "--key", path("signer.key"), "--tlog-upload=false",
                     "--allow-http-registry", "-y", by_digest(manifest_)});
  ToolRun run = verify_in_registry();
  EXPECT_EQ(run.exit_code, 0) << run.output << run.errors;
  EXPECT_THAT(run.output, HasSubstr("by signer (simple signature)"));
}

TEST_F(ForeignImages, AreAcceptedWithAnOci11Signature) {
  cosign("cosign",
         with_key("sign", {"--new-bundle-format=false", "--registry-referrers-mode=oci-1-1",
                           by_digest(manifest_)}),
         {"COSIGN_EXPERIMENTAL=1"});
  ToolRun run = verify_in_registry();
  EXPECT_EQ(run.exit_code, 0) << run.output << run.errors;
  EXPECT_THAT(run.output, HasSubstr("by signer (simple signature)"));
}

TEST_F(ForeignImages, ShowTheirAttestationsOfBothKinds) {
  ASSERT_OK(write_file(path("predicate.json"), R"({"a":1})"));
  cosign("cosign", with_key("sign", {by_digest(manifest_)}));
  cosign("cosign", with_key("attest", {"--type", "https://example.org/t", "--predicate",
                                       path("predicate.json"), by_digest(manifest_)}));
  cosign("cosign2",
         {"attest", "--key", path("signer.key"), "--tlog-upload=false", "--allow-http-registry",
          "-y", "--type", "openvex", "--predicate", path("predicate.json"), by_digest(manifest_)});
  ToolRun run = verify_in_registry();
  EXPECT_EQ(run.exit_code, 0) << run.output << run.errors;
  EXPECT_THAT(run.output, HasSubstr("https://example.org/t by signer"));
  EXPECT_THAT(run.output, HasSubstr("openvex"));
}

TEST_F(ForeignImages, AreAcceptedInTheShapeOfDockerHardenedImages) {
  ASSERT_OK(
      write_file(path("statement.json"),
                 fmt::format(R"({{"_type":"https://in-toto.io/Statement/v0.1","predicateType":)"
                             R"("https://spdx.dev/Document","subject":[{{"name":"app","digest":)"
                             R"({{"sha256":"{}"}}}}],"predicate":{{"spdxVersion":"SPDX-2.3"}}}})",
                             manifest_.hex())));
  ToolRun attached =
      run_tool({"oras", "attach", "--disable-path-validation", "--plain-http", "--format", "json",
                "--artifact-type", "application/vnd.in-toto+json", by_digest(manifest_),
                path("statement.json") + ":application/vnd.in-toto+json"});
  succeed(attached);
  std::string statement = value(value(parse_json(attached.output)).get_string("digest"));
  for (const std::string& digest : {manifest_.str(), statement})
    cosign("cosign",
           with_key("sign", {"--new-bundle-format=false", "--registry-referrers-mode=oci-1-1",
                             name("@" + digest)}),
           {"COSIGN_EXPERIMENTAL=1"});
  ToolRun run = verify_in_registry();
  EXPECT_EQ(run.exit_code, 0) << run.output << run.errors;
  EXPECT_THAT(run.output, HasSubstr("spdx-2.3 by signer"));
  EXPECT_THAT(run.output, HasSubstr("another tool than Kiln made it"));
}

TEST_F(ForeignImages, AreRefusedWithAnotherKey) {
  cosign("cosign", with_key("sign", {by_digest(manifest_)}));
  ToolRun run = run_tool({KILN_PROGRAM, "verify", name(":1"), "--plain-http", "--key",
                          path("other.pub"), "--store", path("store")},
                         {"HOME=" + path("home")});
  EXPECT_EQ(run.exit_code, 1) << run.output << run.errors;
  EXPECT_THAT(run.output, HasSubstr("no trusted signer has signed it; one is there of others"));
}

TEST_F(ForeignImages, AreRefusedUnsigned) {
  ToolRun run = verify_in_registry();
  EXPECT_EQ(run.exit_code, 1) << run.output << run.errors;
  EXPECT_THAT(run.output, HasSubstr("verdict: refused: 0 failed, 1 missing"));
}

// What `kiln policy export` writes for podman, by the library that podman uses.
TEST_F(ForeignImages, AreJudgedAlikeBySkopeoUnderAnExportedPolicy) {
  NEED_TOOL("skopeo13");
  cosign("cosign2", {"sign", "--key", path("signer.key"), "--tlog-upload=false",
                     "--allow-http-registry", "-y", by_digest(manifest_)});
  auto copies = [&](const std::string& key) {
    EXPECT_OK(
        write_file(path("policy.yaml"),
                   fmt::format("format: 1\nimages: [\"{}\"]\nsigners: [{{name: a, key: {}}}]\n",
                               name(""), key)));
    std::string out = path("exported");
    succeed(run_tool(
        {KILN_PROGRAM, "policy", "export", path("policy.yaml"), "--format", "podman", "-o", out},
        {"HOME=" + path("home")}));
    return run_tool({"skopeo13", "--policy", out + "/policy.json", "--registries.d", out, "copy",
                     "--src-tls-verify=false", "docker://" + name(":1"), "dir:" + path("copied")})
        .exit_code;
  };
  EXPECT_EQ(copies("signer.pub"), 0);
  EXPECT_NE(copies("other.pub"), 0);
}

TEST_F(ForeignImages, ArePushedOnlyAsAPolicyAllows) {
  ASSERT_OK(
      write_file(path("policy.yaml"),
                 fmt::format("format: 1\nimages: [\"{}/allowed/*\"]\nsigners: [{{name: a, key: "
                             "signer.pub}}]\n",
                             registry_->host())));
  cosign("cosign", with_key("sign", {by_digest(manifest_)}));
  oras({"cp", "-r", "--from-plain-http", name(":1"), "--to-oci-layout", path("copy") + ":1"});
  auto push = [&](const std::string& layout, const std::string& repository) {
    return run_tool({KILN_PROGRAM, "push", layout, registry_->host() + "/" + repository + ":1",
                     "--plain-http", "--policy", path("policy.yaml"), "--store", path("store")},
                    {"HOME=" + path("home")});
  };
  ToolRun good = push(path("copy"), "allowed/app");
  EXPECT_EQ(good.exit_code, 0) << good.output << good.errors;
  EXPECT_EQ(push(path("copy"), "elsewhere/app").exit_code, 1);
  ToolRun refused = push(path("image"), "allowed/unsigned");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.output, HasSubstr("no trusted signer has signed it"));
  EXPECT_NE(run_tool({"oras", "manifest", "fetch", "--plain-http",
                      registry_->host() + "/allowed/unsigned:1"})
                .exit_code,
            0);
}

TEST_F(ForeignImages, AreVerifiedWithoutANetworkFromALayout) {
  cosign("cosign", with_key("sign", {by_digest(manifest_)}));
  oras({"cp", "-r", "--from-plain-http", name(":1"), "--to-oci-layout", path("copy") + ":1"});
  registry_.reset();
  ToolRun run = verify(path("copy"), {"--offline"});
  EXPECT_EQ(run.exit_code, 0) << run.output << run.errors;
}

}  // namespace
}  // namespace kiln::testing

// SPDX-License-Identifier: Apache-2.0
//
// Every form of an image's signature in real registries, with the clients that read it: one
// registry with the referrers API and one without. Each client must refuse another key, too.
#include "installation.hpp"
#include "oci/layout.hpp"
#include "oci/media_types.hpp"
#include "support/registry_server.hpp"
#include "support/result_matchers.hpp"
#include "support/tools.hpp"

namespace kiln::signing::tests {
namespace {

using testing::RegistryKind;
using testing::RegistryServer;
using testing::ToolRun;
using testing::value;

constexpr std::string_view k_spdx = "https://spdx.dev/Document";

class Registries : public ::testing::TestWithParam<RegistryKind> {
 protected:
  Registries() : directory(value(TemporaryDirectory::create())) {}

  void SetUp() override {
    for (const std::string& tool : {std::string("oras"), testing::program_of(GetParam())})
      NEED_TOOL(tool);
    registry.emplace(GetParam());
    name = registry->host() + "/team/app";
    write("key.pub", installation.key.public_key().pem());
    write("other.pub", PrivateKey::generate(KeyAlgorithm::ecdsa_p256).public_key().pem());
    write("rekor.pub", installation.rekor_key.public_key().pem());
    write("root.json", encode(installation.root));
    publish();
  }

  // Signs an image without layers in every form and copies it with all of that.
  void publish() {
    oci::Content content;
    oci::Manifest manifest;
    manifest.config = content.add(oci::k_config_type, R"({"architecture":"amd64","os":"linux",)"
                                                      R"("rootfs":{"type":"layers",)"
                                                      R"("diff_ids":[]}})");
    manifest.layers = {content.add(oci::k_layer_type, std::string(1024, '\0'))};
    image = content.add(oci::k_manifest_type, oci::encode(manifest));
    content.list(image, "1.0");
    Signed wanted{image, name, {a_statement(image.digest)}};
    made = value(sign_image(std::vector{wanted}, installation.context(), all_forms()));
    add_to(content, made);
    std::string layout = path("layout");
    ASSERT_OK(oci::write_layout(layout, content));
    copy(layout + ":1.0", "1.0");
    for (const SignedObject& object : made.objects)
      if (!object.tag.empty()) copy(layout + ":" + object.tag, object.tag);
  }
  void copy(const std::string& from, const std::string& tag) {
    // One after another: olareg loses referrers that arrive at the same time.
    ToolRun run =
        testing::run_tool({"oras", "cp", "--recursive", "--concurrency", "1", "--from-oci-layout",
                           "--to-plain-http", from, name + ":" + tag});
    ASSERT_EQ(run.exit_code, 0) << run.errors;
  }

  std::string path(std::string_view file) const { return directory.path() / file; }
  void write(std::string_view file, std::string_view bytes) {
    ASSERT_OK(write_file(path(file), bytes));
  }

  // Runs a client with the right key, and with another one.
  void expect_accepts(const std::vector<std::string>& command,
                      const std::vector<std::string>& environment = {}) {
    std::vector<std::string> right = command;
    std::ranges::replace(right, std::string("KEY"), path("key.pub"));
    ToolRun good = testing::run_tool(right, environment);
    EXPECT_EQ(good.exit_code, 0) << good.output << good.errors;
    std::vector<std::string> wrong = command;
    std::ranges::replace(wrong, std::string("KEY"), path("other.pub"));
    testing::expect_refusal(command[0], "another key", testing::run_tool(wrong, environment));
  }
  std::string reference() const { return name + "@" + image.digest.str(); }

  Installation installation;
  TemporaryDirectory directory;
  std::optional<RegistryServer> registry;
  std::string name;
  oci::Descriptor image;
  SignedObjects made;
};

INSTANTIATE_TEST_SUITE_P(, Registries,
                         ::testing::Values(RegistryKind::distribution2, RegistryKind::olareg),
                         [](const auto& tested) {
                           return testing::program_of(tested.param) == "docker-registry"
                                      ? "Distribution2"
                                      : "Olareg";
                         });

TEST_P(Registries, Cosign3ReadsBundlesOfTheImageAndItsStatements) {
  NEED_TOOL("cosign");
  expect_accepts(
      {"cosign", "verify", "--key", "KEY", "--trusted-root", path("root.json"), reference()});
  expect_accepts({"cosign", "verify-attestation", "--key", "KEY", "--trusted-root",
                  path("root.json"), "--use-signed-timestamps", "--type", std::string(k_spdx),
                  reference()});
  expect_accepts({"cosign", "verify", "--key", "KEY", "--insecure-ignore-tlog=true", reference()});
  write("other.json", encode(Installation().root));
  testing::expect_refusal("cosign", "a trusted root without the log",
                          testing::run_tool({"cosign", "verify", "--key", path("key.pub"),
                                             "--trusted-root", path("other.json"), reference()}));
  testing::expect_refusal(
      "cosign", "another predicate type",
      testing::run_tool({"cosign", "verify-attestation", "--key", path("key.pub"), "--trusted-root",
                         path("root.json"), "--type", "https://slsa.dev/provenance/v1",
                         reference()}));
}

TEST_P(Registries, Cosign3ReadsSimpleSigningReferrersAsDhiDocumentsIt) {
  NEED_TOOL("cosign");
  expect_accepts({"cosign", "verify", "--key", "KEY", "--experimental-oci11",
                  "--insecure-ignore-tlog=true", "--new-bundle-format=false", reference()});
}

TEST_P(Registries, Cosign2ReadsTagsAndRekorV1Bundles) {
  NEED_TOOL("cosign2");
  std::vector<std::string> rekor = {"SIGSTORE_REKOR_PUBLIC_KEY=" + path("rekor.pub")};
  expect_accepts({"cosign2", "verify", "--key", "KEY", "--insecure-ignore-tlog=true",
                  "--allow-http-registry", reference()});
  expect_accepts(
      {"cosign2", "verify", "--key", "KEY", "--offline", "--allow-http-registry", reference()},
      rekor);
  expect_accepts({"cosign2", "verify-attestation", "--key", "KEY", "--insecure-ignore-tlog=true",
                  "--allow-http-registry", "--type", std::string(k_spdx), reference()});
  expect_accepts({"cosign2", "verify-attestation", "--key", "KEY", "--offline",
                  "--allow-http-registry", "--type", std::string(k_spdx), reference()},
                 rekor);
  expect_accepts({"cosign2", "verify-attestation", "--new-bundle-format", "--key", "KEY",
                  "--trusted-root", path("root.json"), "--allow-http-registry", "--type",
                  std::string(k_image_signature_type), reference()});
  testing::expect_refusal(
      "cosign2", "another predicate type",
      testing::run_tool(
          {"cosign2", "verify-attestation", "--key", path("key.pub"), "--offline",
           "--allow-http-registry", "--type", "https://slsa.dev/provenance/v1", reference()},
          rekor));
  write("rekor.pub", Installation().rekor_key.public_key().pem());
  testing::expect_refusal("cosign2", "a trusted root without the log",
                          testing::run_tool({"cosign2", "verify", "--key", path("key.pub"),
                                             "--offline", "--allow-http-registry", reference()},
                                            rekor));
}

// With the log's promise, by the platform's manifest, as podman and CRI-O do it, too.
TEST_P(Registries, SkopeoAcceptsTheImageUnderAStrictPolicyOnly) {
  NEED_TOOL("skopeo13");
  ASSERT_OK(make_directories(path("registries.d")));
  write("registries.d/all.yaml", "default-docker:\n  use-sigstore-attachments: true\n");
  auto copies = [&](std::string_view key, std::string_view signed_as) {
    Json requirement = Json::object(
        {{"type", "sigstoreSigned"},
         {"keyPath", path(key)},
         {"rekorPublicKeyPath", path("rekor.pub")},
         {"signedIdentity",
          Json::object({{"type", "exactRepository"}, {"dockerRepository", signed_as}})}});
    Json policy = Json::object(
        {{"default", Json::array({Json::object({{"type", "reject"}})})},
         {"transports",
          Json::object({{"docker", Json::object({{registry->host(),
                                                  Json::array({std::move(requirement)})}})}})}});
    write("policy.json", canonical(policy));
    return testing::run_tool({"skopeo13", "--policy", path("policy.json"), "--registries.d",
                              path("registries.d"), "copy", "--src-tls-verify=false",
                              "docker://" + name + ":1.0", "dir:" + path("copy")});
  };
  ToolRun good = copies("key.pub", name);
  EXPECT_EQ(good.exit_code, 0) << good.errors;
  testing::expect_refusal("skopeo", "another key", copies("other.pub", name));
  testing::expect_refusal("skopeo", "another repository",
                          copies("key.pub", "registry.example/other"));
  write("rekor.pub", Installation().rekor_key.public_key().pem());
  testing::expect_refusal("skopeo", "a trusted root without the log", copies("key.pub", name));
}

TEST_P(Registries, NotationReadsTheJws) {
  NEED_TOOL("notation");
  auto verify = [&](std::span<const Certificate> chain) {
    Path home = directory.path() / "home";
    Path config = home / "notation";
    EXPECT_OK(make_directories(config / "truststore/x509/ca/tests"));
    EXPECT_OK(write_file(config / "truststore/x509/ca/tests/root.pem", chain.back().pem()));
    EXPECT_OK(write_file(config / "trustpolicy.json", R"({"version":"1.0","trustPolicies":[{
        "name":"tests","registryScopes":["*"],"signatureVerification":{"level":"strict"},
        "trustStores":["ca:tests"],"trustedIdentities":["*"]}]})"));
    return testing::run_tool({"notation", "verify", "--insecure-registry", reference()},
                             {"XDG_CONFIG_HOME=" + home.string()});
  };
  ToolRun good = verify(installation.notary_chain);
  EXPECT_EQ(good.exit_code, 0) << good.output << good.errors;
  testing::expect_refusal("notation", "another key", verify(Installation().notary_chain));
}

TEST_P(Registries, OrasListsAllReferrers) {
  ToolRun run =
      testing::run_tool({"oras", "discover", "--plain-http", "--format", "json", reference()});
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  for (const SignedObject& object : made.objects) {
    if (object.form == Form::attestation_tag) continue;
    EXPECT_NE(run.output.find(object.descriptor.digest.str()), std::string::npos)
        << str(object.form);
  }
}

}  // namespace
}  // namespace kiln::signing::tests

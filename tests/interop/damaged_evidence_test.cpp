// SPDX-License-Identifier: Apache-2.0
//
// Evidence with one thing changed, pushed to registries with and without the referrers API by the
// program, and asked for by the clients that read its form and by `kiln verify`: each must accept
// the image as it was signed, and refuse it after each change.
#include "pushing.hpp"
#include "support/containers.hpp"
#include "support/result_matchers.hpp"

namespace kiln::signing::tests {
namespace {

using testing::ToolRun;
using testing::value;

constexpr std::string_view k_spdx = "https://spdx.dev/Document";

class DamagedEvidence : public Pushing {
 protected:
  std::vector<std::string> with_rekor() const {
    return {"SIGSTORE_REKOR_PUBLIC_KEY=" + path("rekor.pub")};
  }

  // With this authority in its trust store.
  Client notation(const Certificate& root) const {
    std::string config = path("home/notation");
    value(make_directories(config + "/truststore/x509/ca/tests"));
    value(write_file(config + "/truststore/x509/ca/tests/root.pem", root.pem()));
    value(write_file(config + "/trustpolicy.json", R"({"version":"1.0","trustPolicies":[{
        "name":"tests","registryScopes":["*"],"signatureVerification":{"level":"strict"},
        "trustStores":["ca:tests"],"trustedIdentities":["*"]}]})"));
    return {"notation", [this](const std::string& name) {
              return testing::run_tool({"notation", "verify", "--insecure-registry", name},
                                       {"XDG_CONFIG_HOME=" + path("home")});
            }};
  }
};

INSTANTIATE_TEST_SUITE_P(, DamagedEvidence, both_registries(), name_of);

TEST_P(DamagedEvidence, BundlesAreRefusedByCosign) {
  NEED_TOOL("cosign");
  Client image{
      "cosign", [&](const std::string& name) {
        return testing::run_tool({"cosign", "verify", "--key", path("key.pub"), "--trusted-root",
                                  path("root.json"), "--use-signed-timestamps", name});
      }};
  Client statement{
      "cosign", [&](const std::string& name) {
        return testing::run_tool({"cosign", "verify-attestation", "--key", path("key.pub"),
                                  "--trusted-root", path("root.json"), "--use-signed-timestamps",
                                  "--type", std::string(k_spdx), name});
      }};
  expect_refusals({Form::bundle}, {image, statement, kiln_verify_with_key()},
                  [&](const SignedLayer& good) {
                    return damaged_bundle_layers(good, *installation_.authority);
                  });
}

TEST_P(DamagedEvidence, BundlesOfRekorV1AreRefusedByCosign2) {
  NEED_TOOL("cosign2");
  Client client{
      "cosign2", [&](const std::string& name) {
        return testing::run_tool({"cosign2", "verify-attestation", "--new-bundle-format", "--key",
                                  path("key.pub"), "--trusted-root", path("root.json"),
                                  "--use-signed-timestamps", "--allow-http-registry", "--type",
                                  std::string(k_image_signature_type), name});
      }};
  expect_refusals({Form::rekor_v1_bundle}, {client, kiln_verify_with_key()},
                  [&](const SignedLayer& good) {
                    return damaged_bundle_layers(good, *installation_.authority);
                  });
}

TEST_P(DamagedEvidence, SimpleSigningReferrersAreRefusedByCosign) {
  NEED_TOOL("cosign");
  Client client{"cosign", [&](const std::string& name) {
                  return testing::run_tool(
                      {"cosign", "verify", "--key", path("key.pub"), "--experimental-oci11",
                       "--offline", "--new-bundle-format=false", name},
                      with_rekor());
                }};
  expect_refusals({Form::simple_referrer}, {client, kiln_verify_with_key()},
                  damaged_simple_signing);
}

TEST_P(DamagedEvidence, SimpleSigningTagsAreRefusedByCosign2) {
  NEED_TOOL("cosign2");
  Client client{"cosign2", [&](const std::string& name) {
                  return testing::run_tool({"cosign2", "verify", "--key", path("key.pub"),
                                            "--offline", "--allow-http-registry", name},
                                           with_rekor());
                }};
  expect_refusals({Form::simple_tag}, {client, kiln_verify_with_key()}, damaged_simple_signing);
}

// Skopeo and podman: what they take is what a policy file says.
class StrictPolicy : public DamagedEvidence {
 protected:
  // Where the policy lies that takes this image's repository with our signature alone.
  std::string policy_for(const std::string& name) const {
    std::string repository = name.substr(0, name.find('/')) + "/team/app";
    Json identity = Json::object({{"type", "exactRepository"}, {"dockerRepository", repository}});
    Json requirement = Json::object({{"type", "sigstoreSigned"},
                                     {"keyPath", path("key.pub")},
                                     {"rekorPublicKeyPath", path("rekor.pub")},
                                     {"signedIdentity", std::move(identity)}});
    write("policy.json", canonical(Json::object({{"default", Json::array({requirement})}})));
    return path("policy.json");
  }
};

INSTANTIATE_TEST_SUITE_P(, StrictPolicy, both_registries(), name_of);

TEST_P(StrictPolicy, SimpleSigningTagsAreRefusedBySkopeo) {
  NEED_TOOL("skopeo13");
  value(make_directories(path("registries.d")));
  write("registries.d/all.yaml", "default-docker:\n  use-sigstore-attachments: true\n");
  Client client{
      "skopeo", [&](const std::string& name) {
        return testing::run_tool({"skopeo13", "--policy", policy_for(name), "--registries.d",
                                  path("registries.d"), "copy", "--src-tls-verify=false",
                                  "docker://" + name, "dir:" + path("copy")});
      }};
  expect_refusals({Form::simple_tag}, {client}, damaged_simple_signing);
}

TEST_P(StrictPolicy, SimpleSigningTagsAreRefusedByPodman) {
  NEED_TOOL("podman13");
  testing::EngineStart podman = testing::start_podman("podman13");
  if (!podman.engine) GTEST_SKIP() << podman.why_not;
  Client client{"podman", [&](const std::string& name) {
                  return podman.engine->run({"pull", "--quiet", "--tls-verify=false",
                                             "--signature-policy", policy_for(name), name});
                }};
  expect_refusals({Form::simple_tag}, {client}, damaged_simple_signing);
}

TEST_P(DamagedEvidence, AttestationTagsAreRefusedByCosign2) {
  NEED_TOOL("cosign2");
  Client client{"cosign2", [&](const std::string& name) {
                  return testing::run_tool(
                      {"cosign2", "verify-attestation", "--key", path("key.pub"), "--offline",
                       "--allow-http-registry", "--type", std::string(k_spdx), name},
                      with_rekor());
                }};
  write("policy.yaml", R"({format: 1, name: statements, trusted-root: root.json,
      signers: [{name: release, key: key.pub}], signatures: {index: if-present},
      statements: {platform: [spdx-2.3]}, log: required})");
  expect_refusals({Form::attestation_tag}, {client, kiln_verify({"--policy", path("policy.yaml")})},
                  damaged_attestation);
}

TEST_P(DamagedEvidence, NotarySignaturesAreRefusedByNotation) {
  NEED_TOOL("notation");
  expect_refusals({Form::notary},
                  {notation(installation_.notary_chain.back()),
                   kiln_verify({"--certificate", path("notary.pem")})},
                  damaged_notary);
}

// Signed while the certificate was valid, for which there is the signer's word alone.
TEST_P(DamagedEvidence, NotarySignaturesByExpiredCertificatesAreRefused) {
  NEED_TOOL("notation");
  PrivateKey root_key = PrivateKey::generate(KeyAlgorithm::ecdsa_p256);
  Certificate root =
      make_root({"tests", "tests root", CertificateUse::root, k_start, k_end}, root_key);
  write("notary.pem", root.pem());
  auto push_signed_until = [&](UnixTime end) {
    const PublicKey& key = installation_.notary_secret.public_key();
    Certificate leaf = issue({"tests", "tests leaf", CertificateUse::code_signing, k_start, end},
                             key, root, root_key);
    NotaryKey notary{installation_.notary_secret, {leaf, root}};
    SigningContext context = installation_.context();
    context.notary = &notary;
    oci::Content content;
    Signed wanted{.descriptor = add_image(content, "the image"), .reference = "tests"};
    SignedObjects made = value(sign_image({wanted}, context, std::vector{Form::notary}));
    return push(with_evidence(content, made, wanted.descriptor));
  };
  std::string good = push_signed_until(k_end);
  std::string expired = push_signed_until(k_now + 10);
  for (const Client& client :
       {notation(root), kiln_verify({"--certificate", path("notary.pem")})}) {
    ToolRun run = client.run(good);
    EXPECT_EQ(run.exit_code, 0) << client.name << "\n" << run.output << run.errors;
    testing::expect_refusal(client.name, "expired certificate", client.run(expired));
  }
}

}  // namespace
}  // namespace kiln::signing::tests

// SPDX-License-Identifier: Apache-2.0
//
// Exports by their structure; tests/integration lets skopeo judge podman's files, and
// tests/interop/policy_engines_test.cpp the engines of clusters theirs.
#include "evidence/verification/export.hpp"

#include "base/bytes.hpp"
#include "data/json.hpp"
#include "data/yaml.hpp"
#include "signed_image.hpp"
#include "support/result_matchers.hpp"

#include <gmock/gmock.h>

namespace kiln::verification::tests {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using testing::value;

Policy full_policy(const Installation& installation) {
  Policy policy;
  policy.name = "Base images!";
  policy.images = {"registry.example/base/*"};
  for (const char* name : {"release", "second key"}) {
    Signer signer;
    signer.name = name;
    signer.key = PrivateKey::generate(KeyAlgorithm::ecdsa_p256).public_key();
    signer.key_digest = signer.key->digest();
    policy.signers.push_back(signer);
  }
  policy.trusted_root = installation.root;
  policy.builders = {"https://kiln.dev/builder/local"};
  policy.platform_statements = {"https://slsa.dev/provenance/v1"};
  policy.log = Demand::required;
  policy.quorum = 1;
  policy.sbom = Demand::required;
  return policy;
}

// The documents of a file, whose "---" lines stand between them.
std::vector<YamlNode> documents(const std::string& text) {
  std::vector<YamlNode> all;
  std::string rest = text;
  while (!rest.empty()) {
    size_t end = rest.find("\n---\n");
    Diagnostics found;
    std::optional<YamlNode> node = parse_yaml(rest.substr(0, end), "export.yaml", found);
    EXPECT_TRUE(node) << found.print(false);
    if (node) all.push_back(std::move(*node));
    rest = end == std::string::npos ? "" : rest.substr(end + 5);
  }
  return all;
}

const YamlNode& at(const YamlNode& node, std::initializer_list<std::string_view> path) {
  const YamlNode* place = &node;
  for (std::string_view key : path) {
    place = place->find(key);
    if (place == nullptr) throw std::runtime_error("no " + std::string(key));
  }
  return *place;
}

TEST(Export, WritesAKyvernoPolicy) {
  Installation installation;
  Policy policy = full_policy(installation);
  Export made = value(export_policy(policy, "kyverno"));
  std::vector<YamlNode> all = documents(made.files.at("kyverno.yaml"));
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(at(all[0], {"kind"}).text, "ImageValidatingPolicy");
  EXPECT_EQ(at(all[0], {"metadata", "name"}).text, "base-images");
  const YamlNode& attestors = at(all[0], {"spec", "attestors"});
  ASSERT_EQ(attestors.items.size(), 2U);
  EXPECT_EQ(at(attestors.items[0], {"cosign", "key", "data"}).text, policy.signers[0].key->pem());
  EXPECT_EQ(at(attestors.items[1], {"name"}).text, "secondkey2");
  EXPECT_THAT(at(at(all[0], {"spec", "validations"}).items[0], {"expression"}).text,
              HasSubstr("images.containers.all(image, verifyImageSignatures(image, "
                        "[attestors.release1, attestors.secondkey2]) > 0)"));
  EXPECT_EQ(at(at(all[0], {"spec", "attestations"}).items[0], {"intoto", "type"}).text,
            "https://slsa.dev/provenance/v1");
  EXPECT_THAT(at(at(all[0], {"spec", "validations"}).items[1], {"expression"}).text,
              HasSubstr(" > 0 && extractPayload(image, attestations.statement1).predicate."
                        "runDetails.builder.id in [\"https://kiln.dev/builder/local\"])"));
  EXPECT_THAT(made.not_expressed, Contains("witnesses of the log"));
  EXPECT_THAT(made.not_expressed,
              Contains("that registry.example/base/* reaches one level deep: a star of Kyverno "
                       "covers all names below"));
}

// It wants the log's address, and judges log and time stamps by the trusted root alone.
TEST(Export, GivesKyvernoTheTrustedRootForTheLog) {
  Installation installation;
  Policy policy = full_policy(installation);
  policy.timestamp = Demand::required;
  auto cosign = [](const Export& made) {
    return at(at(documents(made.files.at("kyverno.yaml"))[0], {"spec", "attestors"}).items[0],
              {"cosign"});
  };
  YamlNode with_log = cosign(value(export_policy(policy, "kyverno")));
  EXPECT_EQ(at(with_log, {"trustedRoot", "value"}).text, encode(installation.root));
  EXPECT_EQ(at(with_log, {"ctlog", "url"}).text, installation.root.logs[1].base_url);
  EXPECT_EQ(at(with_log, {"ctlog", "rekorPubKey"}).text, installation.root.logs[1].key.pem());
  const std::vector<Certificate>& chain = installation.root.timestamp_authorities[0].chain;
  EXPECT_EQ(at(with_log, {"ctlog", "tsaCertChain"}).text, chain[0].pem() + chain[1].pem());
  policy.timestamp = Demand::if_present;
  YamlNode unstamped = cosign(value(export_policy(policy, "kyverno")));
  EXPECT_EQ(at(unstamped, {"ctlog"}).find("tsaCertChain"), nullptr);
}

// Kyverno ends in a panic when an attestor names an authority and ignores the log.
TEST(Export, NeverAsksKyvernoForTimeStampsWithoutTheLog) {
  Installation installation;
  Policy policy = full_policy(installation);
  policy.log = Demand::if_present;
  policy.timestamp = Demand::required;
  Export made = value(export_policy(policy, "kyverno"));
  EXPECT_THAT(made.files.at("kyverno.yaml"), HasSubstr("insecureIgnoreTlog: true"));
  EXPECT_THAT(made.files.at("kyverno.yaml"), ::testing::Not(HasSubstr("tsaCertChain")));
  EXPECT_THAT(made.not_expressed,
              Contains("time stamps: Kyverno reads them only where the policy demands the log, "
                       "too"));
}

// A pod names one digest, most often an index's.
TEST(Export, PrefersStatementsAboutTheIndexForEnginesThatLookAtOneDigest) {
  Installation installation;
  Policy policy = full_policy(installation);
  policy.image_statements = {"https://slsa.dev/verification_summary/v1"};
  for (const char* format : {"kyverno", "policy-controller"}) {
    Export made = value(export_policy(policy, format));
    const std::string& text = made.files.at(std::string(format) + ".yaml");
    EXPECT_THAT(text, HasSubstr("https://slsa.dev/verification_summary/v1"));
    EXPECT_THAT(text, ::testing::Not(HasSubstr("https://slsa.dev/provenance/v1")));
    EXPECT_THAT(made.not_expressed, Contains(HasSubstr("statements about platforms: ")));
    EXPECT_THAT(made.not_expressed,
                Contains("builders: the statements that are demanded of a pod's digest name none"));
  }
}

// "r.example/base/nginx*" would also be nginx-other.
TEST(Export, ToKyvernoIsAboutTheNamedRepositoriesAlone) {
  Installation installation;
  Policy policy = full_policy(installation);
  policy.images = {"r.example/base/nginx"};
  Export made = value(export_policy(policy, "kyverno"));
  const std::vector<YamlNode> all = documents(made.files.at("kyverno.yaml"));
  std::vector<std::string> globs;
  for (const YamlNode& each : at(all[0], {"spec", "matchImageReferences"}).items)
    globs.push_back(at(each, {"glob"}).text);
  EXPECT_THAT(globs, ::testing::ElementsAre("r.example/base/nginx", "r.example/base/nginx:*",
                                            "r.example/base/nginx@*"));
}

TEST(Export, WritesAClusterImagePolicyAndItsTrustRoot) {
  Installation installation;
  Policy policy = full_policy(installation);
  Export made = value(export_policy(policy, "policy-controller"));
  std::vector<YamlNode> all = documents(made.files.at("policy-controller.yaml"));
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(at(all[0], {"kind"}).text, "TrustRoot");
  EXPECT_EQ(at(at(all[0], {"spec", "sigstoreKeys", "tLogs"}).items[0], {"publicKey"}).text,
            to_base64(installation.root.logs[1].key.pem()));
  const YamlNode& authority = at(all[1], {"spec", "authorities"}).items.at(0);
  EXPECT_EQ(authority.find("signatureFormat"), nullptr);  // bundles are for certificates alone
  EXPECT_EQ(at(authority, {"ctlog", "trustRootRef"}).text, at(all[0], {"metadata", "name"}).text);
  EXPECT_EQ(authority.find("attestations"), nullptr);
  const YamlNode& statements = at(all[2], {"spec", "authorities"}).items.at(0);
  EXPECT_EQ(at(at(statements, {"attestations"}).items[0], {"policy", "data"}).text,
            "predicate: runDetails: builder: id: \"https://kiln.dev/builder/local\"\n");
}

// It compares whole names, with tag or digest, and knows no pattern but stars.
TEST(Export, ToPolicyControllerIsAboutNamesWithTagOrDigest) {
  Installation installation;
  Policy policy = full_policy(installation);
  policy.images = {"r.example/base/nginx", "r.example/ba[rs]e/curl-?"};
  Export made = value(export_policy(policy, "policy-controller"));
  const std::vector<YamlNode> all = documents(made.files.at("policy-controller.yaml"));
  std::vector<std::string> globs;
  for (const YamlNode& each : at(all[1], {"spec", "images"}).items)
    globs.push_back(at(each, {"glob"}).text);
  EXPECT_THAT(globs, ::testing::ElementsAre("r.example/base/nginx:*", "r.example/base/nginx@*",
                                            "r.example/ba*e/curl-*:*", "r.example/ba*e/curl-*@*"));
  EXPECT_THAT(made.not_expressed,
              Contains("images r.example/ba[rs]e/curl-?: policy-controller knows stars alone, and "
                       "r.example/ba*e/curl-* covers more"));
}

// A demand is written where the policy makes it, and where policy-controller keeps it.
TEST(Export, AsksPolicyControllerForTheLogAloneAndOnlyWhereDemanded) {
  Installation installation;
  Policy policy = full_policy(installation);
  policy.timestamp = Demand::required;
  Export made = value(export_policy(policy, "policy-controller"));
  EXPECT_THAT(made.files.at("policy-controller.yaml"),
              ::testing::Not(HasSubstr("rfc3161timestamp")));
  EXPECT_THAT(made.not_expressed, Contains(HasSubstr("time stamps: policy-controller accepts")));
  policy.trusted_root->timestamp_authorities.clear();
  made = value(export_policy(policy, "policy-controller"));
  EXPECT_THAT(made.files.at("policy-controller.yaml"), ::testing::Not(HasSubstr("ctlog")));
  EXPECT_THAT(made.not_expressed, Contains(HasSubstr("wants a time stamp authority")));
  policy = full_policy(installation);
  policy.log = Demand::if_present;
  made = value(export_policy(policy, "policy-controller"));
  EXPECT_EQ(documents(made.files.at("policy-controller.yaml")).size(), 2U);
  EXPECT_THAT(made.files.at("policy-controller.yaml"), ::testing::Not(HasSubstr("ctlog")));
}

TEST(Export, WritesPodmansFiles) {
  Installation installation;
  Policy policy = full_policy(installation);
  Export made = value(export_policy(policy, "podman"));
  Json json = value(parse_json(made.files.at("policy.json")));
  EXPECT_EQ(json.find("default")->as_array()[0].find("type")->as_string(), "reject");
  const Json& rule = json.find({"transports", "docker", "registry.example/base"})->as_array()[0];
  EXPECT_EQ(rule.find("type")->as_string(), "sigstoreSigned");
  EXPECT_EQ(rule.find("keyDatas")->as_array().size(), 2U);
  EXPECT_EQ(rule.find("rekorPublicKeyData")->as_string(),
            to_base64(installation.root.logs[1].key.pem()));
  std::vector<YamlNode> registries = documents(made.files.at("registries.d.yaml"));
  EXPECT_EQ(at(registries[0], {"docker", "registry.example/base", "use-sigstore-attachments"}).text,
            "true");
  EXPECT_THAT(made.not_expressed, Contains("statements: podman reads none"));
}

TEST(Export, SaysWhenNothingWouldBeLeft) {
  Policy policy;
  policy.signers = {{.name = "far", .key_digest = sha256("key")}};
  Result<Export> made = export_policy(policy, "podman");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message, "the policy has no signer with a key of its own");
  EXPECT_FALSE(export_policy(policy, "opa"));
}

}  // namespace
}  // namespace kiln::verification::tests

// SPDX-License-Identifier: Apache-2.0
//
// What `kiln policy export` writes for clusters, judged by the engines themselves: sigstore's
// policy-controller, whose tester evaluates ClusterImagePolicies and a TrustRoot on an image, and
// Kyverno, whose program applies an ImageValidatingPolicy to a pod. Each must accept an image as it
// was signed, and refuse it when policy or evidence have one thing changed.
#include "base/bytes.hpp"
#include "base/strings.hpp"
#include "data/json.hpp"
#include "engines.hpp"
#include "evidence/tuf/repository.hpp"
#include "pushing.hpp"
#include "support/http_server.hpp"
#include "support/result_matchers.hpp"

#include <fmt/format.h>

namespace kiln::signing::tests {
namespace {

using testing::ToolRun;
using testing::value;

constexpr std::string_view k_builder = "https://builder.example/1";

// A policy file's parts that tests change.
struct Demands {
  std::string key = "key.pub";
  std::string root = "root.json";
  std::string images = "";  // none: all of the registry
  std::string statements = "{platform: [provenance, spdx-2.3]}";
  std::string builder = std::string(k_builder);
  std::string more = "log: required";
};

EncodedStatement provenance(const Digest& subject) {
  Json builder = Json::object({{"id", k_builder}});
  Json details = Json::object({{"builder", std::move(builder)}});
  return encode(Statement{
      "https://slsa.dev/provenance/v1",
      {subject_of("pkg:oci/test", subject)},
      Json::object({{"buildDefinition", Json::object()}, {"runDetails", std::move(details)}})});
}

class PolicyEngine : public Pushing {
 protected:
  void SetUp() override {
    Pushing::SetUp();
    if (!registry_) return;
    write("other.pub", PrivateKey::generate(KeyAlgorithm::ecdsa_p256).public_key().pem());
    Installation other;
    TrustedRoot root = installation_.root;
    root.logs = other.root.logs;
    write("other-logs.json", encode(root));
    root = installation_.root;
    root.timestamp_authorities = other.root.timestamp_authorities;
    write("other-authority.json", encode(root));
  }

  // The policy in another program's language.
  std::string exported(const std::string& format, const Demands& demands) const {
    std::string images = demands.images.empty() ? registry_->host() + "/*" : demands.images;
    write("policy.yaml",
          fmt::format("{{format: 1, name: base images, images: [\"{}\"], trusted-root: {}, "
                      "signers: [{{name: release, key: {}}}], builders: [\"{}\"], "
                      "statements: {}, {}}}",
                      images, demands.root, demands.key, demands.builder, demands.statements,
                      demands.more));
    ToolRun run = run_kiln(
        {"policy", "export", path("policy.yaml"), "--format", format, "-o", path("cluster")});
    EXPECT_EQ(run.exit_code, 0) << run.errors;
    return value(read_file(path("cluster/" + format + ".yaml")));
  }

  // Pushes an image with these statements about it.
  std::string push_signed(const std::vector<Form>& forms, bool with_provenance = true) {
    oci::Content content;
    oci::Descriptor image = add_image(content, "the image");
    content.list(image, "1");
    if (!forms.empty()) {
      Signed wanted{image, registry_->host() + "/app", {a_statement(image.digest)}};
      if (with_provenance) wanted.statements.push_back(provenance(image.digest));
      add_to(content, value(sign_image(std::vector{wanted}, installation_.context(), forms)));
    }
    return push(content);
  }

  // Accepted as it is, and refused after each change of what is demanded, and of the image.
  void expect_obeys(const std::function<Client(const Demands&)>& engine, const Demands& demands,
                    const std::vector<Form>& forms,
                    const std::map<std::string, std::function<void(Demands&)>>& changes) {
    std::string image = push_signed(forms);
    Client client = engine(demands);
    ToolRun good = client.run(image);
    ASSERT_EQ(good.exit_code, 0) << good.output << good.errors;
    for (const auto& [what, change] : changes) {
      Demands changed = demands;
      change(changed);
      testing::expect_refusal(client.name, what, engine(changed).run(image));
    }
    testing::expect_refusal(client.name, "evidence removed", client.run(push_signed({})));
    testing::expect_refusal(client.name, "statement removed",
                            client.run(push_signed(forms, false)));
  }
};

const std::map<std::string, std::function<void(Demands&)>> k_changes = {
    {"another key", [](Demands& demands) { demands.key = "other.pub"; }},
    {"another log", [](Demands& demands) { demands.root = "other-logs.json"; }},
    {"another builder", [](Demands& demands) { demands.builder = "https://other.example"; }},
    {"another predicate type",
     [](Demands& demands) { demands.statements = "{platform: [provenance, cyclonedx]}"; }}};

// --- policy-controller --------------------------------------------------------------------------

class PolicyController : public PolicyEngine {
 protected:
  Client tester(const Demands& demands) const {
    return {"policy-controller",
            [this, text = exported("policy-controller", demands)](const std::string& name) {
              return testing::ask_policy_controller(path(""), text, by_digest(name));
            }};
  }
};

// It reads tags, which all registries have.
INSTANTIATE_TEST_SUITE_P(, PolicyController,
                         ::testing::Values(testing::RegistryKind::distribution2), name_of);

TEST_P(PolicyController, ObeysTheExportedPolicy) {
  NEED_TOOL("policy-tester");
  expect_obeys([this](const Demands& demands) { return tester(demands); }, {},
               {Form::simple_tag, Form::attestation_tag}, k_changes);
}

TEST_P(PolicyController, TakesAPolicyAboutOneRepositoryWithoutALog) {
  NEED_TOOL("policy-tester");
  std::string image = push_signed({Form::simple_tag});
  std::string name = image.substr(0, image.rfind(':'));
  Demands demands{.images = name, .statements = "{}", .more = "log: if-present"};
  ToolRun good = tester(demands).run(image);
  EXPECT_EQ(good.exit_code, 0) << good.output << good.errors;
  demands.images = name + "-other";
  testing::expect_refusal("policy-controller", "another repository", tester(demands).run(image));
}

TEST_P(PolicyController, RefusesDamagedSignatures) {
  NEED_TOOL("policy-tester");
  Client client = tester({.statements = "{}"});
  expect_refusals({Form::simple_tag}, {client}, damaged_simple_signing);
}

TEST_P(PolicyController, RefusesDamagedStatements) {
  NEED_TOOL("policy-tester");
  Client client = tester({.statements = "{platform: [spdx-2.3]}"});
  auto statements_alone = [](const SignedLayer& layer) -> Damages {
    if (layer.bytes.contains("payloadType")) return damaged_attestation(layer);
    Damages unchanged;
    for (const char* what : {"payload", "payload type", "signature", "promise", "entry body",
                             "entry index", "entry time", "log id"})
      unchanged[what] = layer;
    return unchanged;
  };
  expect_refusals({Form::simple_tag, Form::attestation_tag}, {client}, statements_alone);
}

// --- Kyverno ------------------------------------------------------------------------------------

class Kyverno : public PolicyEngine {
 protected:
  Client kyverno(const Demands& demands) {
    std::string policy = exported("kyverno", demands);
    if (policy.contains("trustedRoot:")) policy = with_mirror(std::move(policy));
    return {"kyverno", [this, policy](const std::string& name) {
              return testing::ask_kyverno(path(""), policy, by_digest(name));
            }};
  }

  // Kyverno fetches sigstore's TUF repository before it looks at any log, and wants keys of
  // certificate logs and certificates of Fulcio from it, even if it does not need them. Where
  // sigstore's cannot be reached, another one does.
  std::string with_mirror(std::string policy) {
    if (!mirror_) {
      publish_keys();
      mirror_ = testing::HttpServer::serve_directory(path("mirror"));
    }
    std::string root = to_base64(value(read_file(path("mirror/1.root.json"))));
    size_t at = policy.find("trustedRoot:");
    size_t line = policy.rfind('\n', at) + 1;
    policy.insert(at, fmt::format("tuf: {{mirror: \"{}\", root: {{data: \"{}\"}}}}\n{}",
                                  mirror_->url(), root, std::string(at - line, ' ')));
    return policy;
  }

 private:
  void publish_keys() const {
    PrivateKey key = PrivateKey::generate(KeyAlgorithm::ecdsa_p256);
    std::string certificate = installation_.notary_chain.back().pem();
    tuf::Publication publication{.roles = {},
                                 .targets = {{"trusted_root.json", encode(installation_.root)},
                                             {"ctfe.pub", key.public_key().pem()},
                                             {"fulcio.crt.pem", certificate}},
                                 .now = SystemClock().now()};
    for (tuf::Role role : tuf::k_roles) publication.roles[role] = {{key.public_key()}, 1};
    value(tuf::publish(path("mirror"), publication, std::vector<SigningKey*>{&key}));
  }

  std::unique_ptr<testing::HttpServer> mirror_;
};

INSTANTIATE_TEST_SUITE_P(, Kyverno, both_registries(), name_of);

TEST_P(Kyverno, ObeysTheExportedPolicy) {
  NEED_TOOL("kyverno");
  auto changes = k_changes;
  changes["another authority"] = [](Demands& demands) { demands.root = "other-authority.json"; };
  expect_obeys([this](const Demands& demands) { return kyverno(demands); },
               {.more = "log: required, timestamp: required"}, {Form::bundle}, changes);
}

TEST_P(Kyverno, ObeysAPolicyAboutOneRepositoryWithoutALog) {
  NEED_TOOL("kyverno");
  std::string image = push_signed({Form::bundle});
  std::string name = image.substr(0, image.rfind(':'));
  Demands demands{.images = name, .more = "log: if-present, timestamp: required"};
  ToolRun good = kyverno(demands).run(image);
  EXPECT_EQ(good.exit_code, 0) << good.output << good.errors;
  demands.key = "other.pub";
  testing::expect_refusal("kyverno", "another key", kyverno(demands).run(image));
}

class DamagedForKyverno : public Kyverno {};

INSTANTIATE_TEST_SUITE_P(, DamagedForKyverno, ::testing::Values(testing::RegistryKind::olareg),
                         name_of);

TEST_P(DamagedForKyverno, RefusesDamagedBundles) {
  NEED_TOOL("kyverno");
  Client client = kyverno(
      {.statements = "{platform: [spdx-2.3]}", .more = "log: required, timestamp: required"});
  expect_refusals({Form::bundle}, {client}, [&](const SignedLayer& good) {
    return damaged_bundle_layers(good, *installation_.authority);
  });
}

}  // namespace
}  // namespace kiln::signing::tests

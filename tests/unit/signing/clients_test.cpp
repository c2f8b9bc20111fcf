// SPDX-License-Identifier: Apache-2.0
//
// Other people's verifiers as judges of bundles, offline: each must accept what we make and refuse
// it once changed. Programs come from scripts/install-peers.
#include "damage.hpp"
#include "installation.hpp"
#include "support/result_matchers.hpp"
#include "support/tools.hpp"

namespace kiln::signing::tests {
namespace {

using testing::value;

constexpr std::string_view k_spdx = "https://spdx.dev/Document";

class Clients : public ::testing::Test {
 protected:
  Clients() : directory(value(TemporaryDirectory::create())) {
    Signed manifest{a_manifest(), "example.org/app", {a_statement(a_manifest().digest)}};
    made = value(sign_image(std::vector{manifest}, installation.context(), all_forms()));
    write("key.pub", installation.key.public_key().pem());
    write("other.pub", PrivateKey::generate(KeyAlgorithm::ecdsa_p256).public_key().pem());
    write("root.json", encode(installation.root));
    write("other.json", encode(Installation().root));
    TrustedRoot no_stamps = installation.root;
    no_stamps.timestamp_authorities = Installation().root.timestamp_authorities;
    write("stamps.json", encode(no_stamps));
    write("v2.json", encode(bundles_of(made).at(1)));
    write("v1.json", encode(bundles_of(made, Form::rekor_v1_bundle).at(0)));
  }
  std::string path(std::string_view name) const { return directory.path() / name; }
  void write(std::string_view name, std::string_view bytes) {
    ASSERT_OK(write_file(path(name), bytes));
  }

  std::map<std::string, Bundle> damaged(const Bundle& good) {
    return damaged_bundles(good, *installation.authority);
  }

  Installation installation;
  TemporaryDirectory directory;
  SignedObjects made;
};

struct CosignCall {
  std::string bundle = "v2.json";
  std::string key = "key.pub";
  std::string root = "root.json";
  std::string type{k_spdx};
  Digest subject = a_manifest().digest;
};

class CosignClient : public Clients {
 protected:
  testing::ToolRun run(const CosignCall& call) {
    return testing::run_tool({"cosign", "verify-blob-attestation", "--bundle", path(call.bundle),
                              "--key", path(call.key), "--trusted-root", path(call.root), "--type",
                              call.type, "--digest", call.subject.hex(), "--digestAlg", "sha256",
                              "--use-signed-timestamps"});
  }
};

TEST_F(CosignClient, AcceptsBundlesOfBothShapes) {
  NEED_TOOL("cosign");
  testing::ToolRun v2 = run({});
  EXPECT_EQ(v2.exit_code, 0) << v2.errors;
  testing::ToolRun v1 = run({.bundle = "v1.json", .type = std::string(k_image_signature_type)});
  EXPECT_EQ(v1.exit_code, 0) << v1.errors;
}

TEST_F(CosignClient, RefusesWrongKeyRootTypeAndSubject) {
  NEED_TOOL("cosign");
  testing::expect_refusal("cosign", "another key", run({.key = "other.pub"}));
  testing::expect_refusal("cosign", "a trusted root without the log", run({.root = "other.json"}));
  testing::expect_refusal("cosign", "time stamp of another authority",
                          run({.root = "stamps.json"}));
  testing::expect_refusal("cosign", "another predicate type",
                          run({.type = "https://slsa.dev/provenance/v1"}));
  testing::expect_refusal("cosign", "evidence of another image",
                          run({.subject = sha256("another image")}));
}

TEST_F(CosignClient, RefusesWhatWeRefuse) {
  NEED_TOOL("cosign");
  for (auto [form, type] : {std::pair{Form::bundle, k_spdx},
                            std::pair{Form::rekor_v1_bundle, k_image_signature_type}}) {
    Bundle good = bundles_of(made, form).back();
    for (const auto& [what, bundle] : damaged(good)) {
      EXPECT_FALSE(verify_bundle(bundle, installation.trust())) << what;
      write("bad.json", encode(bundle));
      testing::expect_refusal("cosign", what,
                              run({.bundle = "bad.json", .type = std::string(type)}));
    }
  }
}

TEST_F(Clients, SigstoreGoAcceptsBothShapesAndRefusesOtherKeys) {
  NEED_TOOL("sigstore-go-verification");
  auto run = [&](std::string_view bundle, std::string_view key, std::string_view root = "root.json",
                 const Digest& subject = a_manifest().digest) {
    return testing::run_tool({"sigstore-go-verification", "-artifact-digest", subject.hex(),
                              "-publicKey", path(key), "-requireCTlog=false",
                              "-trustedrootJSONpath", path(root), path(bundle)});
  };
  for (std::string_view bundle : {"v2.json", "v1.json"}) {
    testing::ToolRun good = run(bundle, "key.pub");
    EXPECT_EQ(good.exit_code, 0) << bundle << good.output << good.errors;
    testing::expect_refusal("sigstore-go", "another key", run(bundle, "other.pub"));
    testing::expect_refusal("sigstore-go", "a trusted root without the log",
                            run(bundle, "key.pub", "other.json"));
    testing::expect_refusal("sigstore-go", "evidence of another image",
                            run(bundle, "key.pub", "root.json", sha256("another image")));
  }
  testing::expect_refusal("sigstore-go", "time stamp of another authority",
                          run("v2.json", "key.pub", "stamps.json"));
  for (Form form : {Form::bundle, Form::rekor_v1_bundle})
    for (const auto& [what, bundle] : damaged(bundles_of(made, form).back())) {
      // It wants one proven time, and a log of Rekor v1 promises one besides the time stamp.
      if (form == Form::rekor_v1_bundle && what == "time stamp") continue;
      write("bad.json", encode(bundle));
      testing::expect_refusal("sigstore-go", what, run("bad.json", "key.pub"));
    }
}

// Exits with 0 when @sigstore/verify accepts BUNDLE with KEY and ROOT, given in this order.
constexpr std::string_view k_sigstore_js = R"(
const fs = require('fs'), crypto = require('crypto');
const { bundleFromJSON } = require('@sigstore/bundle');
const { TrustedRoot } = require('@sigstore/protobuf-specs');
const { Verifier, toTrustMaterial, toSignedEntity } = require('@sigstore/verify');
const read = (i) => fs.readFileSync(process.argv[i], 'utf8');
const publicKey = crypto.createPublicKey(read(3));
const trust = toTrustMaterial(TrustedRoot.fromJSON(JSON.parse(read(4))),
                              () => ({ publicKey, validFor: () => true }));
const options = { tlogThreshold: 1, ctlogThreshold: 0, timestampThreshold: 1 };
new Verifier(trust, options).verify(toSignedEntity(bundleFromJSON(JSON.parse(read(2)))));
)";

TEST_F(Clients, SigstoreJsAcceptsBothShapesAndRefusesOthers) {
  NEED_TOOL("node");
  std::string modules = testing::peers_directory() + "/node/node_modules";
  if (!std::filesystem::exists(modules + "/@sigstore/verify"))
    GTEST_SKIP() << "@sigstore/verify is not installed";
  write("verify.js", k_sigstore_js);
  auto run = [&](std::string_view bundle, std::string_view key,
                 std::string_view root = "root.json") {
    return testing::run_tool({"node", path("verify.js"), path(bundle), path(key), path(root)},
                             {"NODE_PATH=" + modules});
  };
  for (std::string_view bundle : {"v2.json", "v1.json"}) {
    testing::ToolRun good = run(bundle, "key.pub");
    EXPECT_EQ(good.exit_code, 0) << bundle << good.errors;
    testing::expect_refusal("sigstore-js", "another key", run(bundle, "other.pub"));
    testing::expect_refusal("sigstore-js", "a trusted root without the log",
                            run(bundle, "key.pub", "other.json"));
    testing::expect_refusal("sigstore-js", "time stamp of another authority",
                            run(bundle, "key.pub", "stamps.json"));
  }
  for (Form form : {Form::bundle, Form::rekor_v1_bundle})
    for (const auto& [what, bundle] : damaged(bundles_of(made, form).back())) {
      write("bad.json", encode(bundle));
      testing::expect_refusal("sigstore-js", what, run("bad.json", "key.pub"));
    }
}

}  // namespace
}  // namespace kiln::signing::tests

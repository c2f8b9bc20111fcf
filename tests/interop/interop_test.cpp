// SPDX-License-Identifier: Apache-2.0
//
// An image of our catalog as the program builds it, with evidence in every form, pushed to a
// registry with the referrers API and to one without, copied through an air gap, and pulled: at
// every place the clients that people have accept it, with the key and trusted root that
// `kiln key` gives out, and refuse it with another key.
#include "data/json.hpp"
#include "e2e/kiln_program.hpp"
#include "publisher.hpp"
#include "support/registry_server.hpp"
#include "support/result_matchers.hpp"
#include "support/tools.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include <gtest/gtest.h>

namespace kiln::testing {
namespace {

constexpr std::string_view k_provenance = "https://slsa.dev/provenance/v1";
constexpr std::string_view k_spdx = "https://spdx.dev/Document";
constexpr std::string_view k_cyclonedx = "https://cyclonedx.org/bom";
constexpr std::string_view k_summary = "https://slsa.dev/verification_summary/v1";

// What all tests share.
const Publisher& the_publisher() {
  static const Publisher publisher("static/debian-13/13");
  return publisher;
}

class Interop : public ::testing::TestWithParam<RegistryKind> {
 protected:
  void SetUp() override {
    NEED_NETWORK();
    NEED_TOOL(program_of(GetParam()));
    publisher_ = &the_publisher();
    registry_.emplace(GetParam());
    name_ = registry_->host() + "/team/app";
    publisher_->must({"push", publisher_->path("layout"), name_ + ":1", "--plain-http"});
    publisher_->must({"push", publisher_->path("layout"), name_ + ":attested", "--plain-http",
                      "--buildkit-attestations"});
  }

  std::string path(std::string_view file) const { return publisher_->path(file); }
  std::string image() const { return name_ + "@" + publisher_->index; }
  std::string platform_image() const { return name_ + "@" + publisher_->manifest; }

  // A client accepts with the publisher's key, which stands as KEY in the command, and refuses with
  // another one.
  void expect_accepts(const std::vector<std::string>& command,
                      const std::vector<std::string>& environment = {}) const {
    auto with_key = [&](std::string_view file) {
      std::vector<std::string> words = command;
      std::ranges::replace(words, std::string("KEY"), path(file));
      return run_tool(words, environment);
    };
    ToolRun good = with_key("kiln.pub");
    EXPECT_EQ(good.exit_code, 0) << good.output << good.errors;
    expect_refusal(command[0], "another key", with_key("other.pub"));
  }

  const Publisher* publisher_ = nullptr;
  std::optional<RegistryServer> registry_;
  std::string name_;
};

INSTANTIATE_TEST_SUITE_P(, Interop,
                         ::testing::Values(RegistryKind::distribution2, RegistryKind::olareg),
                         [](const auto& tested) {
                           return tested.param == RegistryKind::olareg ? "Olareg" : "Distribution2";
                         });

TEST_P(Interop, CosignVerifiesImageAndStatementsWithTheLog) {
  NEED_TOOL("cosign");
  for (const std::string& each : std::vector{image(), platform_image()})
    expect_accepts({"cosign", "verify", "--key", "KEY", "--trusted-root", path("root.json"), each});
  for (std::string_view type : {k_spdx, k_cyclonedx, k_provenance})
    expect_accepts({"cosign", "verify-attestation", "--key", "KEY", "--trusted-root",
                    path("root.json"), "--use-signed-timestamps", "--type", std::string(type),
                    platform_image()});
}

TEST_P(Interop, CosignVerifiesAsDhiDocumentsIt) {
  NEED_TOOL("cosign");
  expect_accepts({"cosign", "verify", "--key", "KEY", "--experimental-oci11",
                  "--insecure-ignore-tlog=true", "--new-bundle-format=false", image()});
}

TEST_P(Interop, Cosign2VerifiesImageAndStatements) {
  NEED_TOOL("cosign2");
  std::vector<std::string> rekor = {"SIGSTORE_REKOR_PUBLIC_KEY=" + path("rekor.pub")};
  expect_accepts(
      {"cosign2", "verify", "--key", "KEY", "--offline", "--allow-http-registry", image()}, rekor);
  expect_accepts({"cosign2", "verify-attestation", "--key", "KEY", "--offline",
                  "--allow-http-registry", "--type", std::string(k_provenance), platform_image()},
                 rekor);
}

TEST_P(Interop, SlsaVerifierAcceptsTheVerificationSummary) {
  NEED_TOOL("slsa-verifier");
  ToolRun shown =
      publisher_->run({"attest", path("layout"), "--get", std::string(k_summary), "--envelope"});
  ASSERT_EQ(shown.exit_code, 0) << shown.errors;
  std::string envelope = shown.output;
  ASSERT_OK(write_file(path("vsa.json"), envelope));
  std::map<std::string, std::string> right = {
      {"--subject-digest", publisher_->index},
      {"--attestation-path", path("vsa.json")},
      {"--verifier-id", "https://kiln.dev/verifier/local"},
      {"--resource-uri", "pkg:oci/static?repository_url=kiln/static"},
      {"--verified-level", "SLSA_BUILD_LEVEL_1"},
      {"--public-key-path", path("kiln.pub")}};
  auto verify = [&](const std::string& option = {}, const std::string& other = {}) {
    std::vector<std::string> words = {"slsa-verifier", "verify-vsa"};
    for (const auto& [name, text] : right) {
      words.push_back(name);
      words.push_back(name == option ? other : text);
    }
    return run_tool(words);
  };
  ToolRun good = verify();
  EXPECT_EQ(good.exit_code, 0) << good.output << good.errors;
  expect_refusal("slsa-verifier", "another key", verify("--public-key-path", path("other.pub")));
  expect_refusal("slsa-verifier", "a higher level",
                 verify("--verified-level", "SLSA_BUILD_LEVEL_3"));
  expect_refusal("slsa-verifier", "evidence of another image",
                 verify("--subject-digest", "sha256:" + std::string(64, '0')));
  expect_refusal("slsa-verifier", "another verifier",
                 verify("--verifier-id", "https://other.example"));
  expect_refusal("slsa-verifier", "another repository", verify("--resource-uri", "pkg:oci/other"));
  for (std::string_view member : {"payload", "sig"}) {
    std::string changed = envelope;
    size_t at = changed.find("\"" + std::string(member) + "\":\"") + member.size() + 24;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    ASSERT_OK(write_file(path("changed.json"), changed));
    expect_refusal("slsa-verifier", member == "sig" ? "signature" : "payload",
                   verify("--attestation-path", path("changed.json")));
  }
}

TEST_P(Interop, OrasListsTheEvidence) {
  NEED_TOOL("oras");
  ToolRun run =
      run_tool({"oras", "discover", "--plain-http", "--format", "json", platform_image()});
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_NE(run.output.find("application/vnd.dev.sigstore.bundle.v0.3+json"), std::string::npos);
}

TEST_P(Interop, RegctlListsTheEvidence) {
  NEED_TOOL("regctl");
  ToolRun run = run_tool({"regctl", "--host", "reg=" + registry_->host() + ",tls=disabled",
                          "artifact", "list", platform_image(), "--format", "{{json .}}"});
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_NE(run.output.find("application/vnd.dev.sigstore.bundle.v0.3+json"), std::string::npos);
}

TEST_P(Interop, CraneValidatesTheImage) {
  NEED_TOOL("crane");
  ToolRun run = run_tool({"crane", "validate", "--insecure", "--remote", name_ + ":1"});
  EXPECT_EQ(run.exit_code, 0) << run.output << run.errors;
}

TEST_P(Interop, BuildxShowsTheIndex) {
  NEED_TOOL("docker-buildx");
  ToolRun run = run_tool({"docker-buildx", "imagetools", "inspect", name_ + ":1"});
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_NE(run.output.find(publisher_->manifest), std::string::npos);
}

// What docker users see of an image whose tag names the index with attestations inside.
TEST_P(Interop, BuildxShowsTheSbomAndTheProvenance) {
  NEED_TOOL("docker-buildx");
  auto inspect = [&](std::string_view format) {
    ToolRun run = run_tool({"docker-buildx", "imagetools", "inspect", name_ + ":attested",
                            "--format", std::string(format)});
    EXPECT_EQ(run.exit_code, 0) << run.errors;
    return value(parse_json(run.output));
  };
  EXPECT_EQ(value(inspect("{{json .SBOM}}").get_string({"SPDX", "spdxVersion"})), "SPDX-2.3");
  EXPECT_NE(inspect("{{json .Provenance}}").find({"SLSA", "buildDefinition"}), nullptr);
}

TEST_P(Interop, CosignVerifiesTheIndexWithAttestationsByItsTag) {
  NEED_TOOL("cosign");
  expect_accepts({"cosign", "verify", "--key", "KEY", "--trusted-root", path("root.json"),
                  name_ + ":attested"});
}

TEST_P(Interop, Cosign2VerifiesTheIndexWithAttestationsByItsTag) {
  NEED_TOOL("cosign2");
  expect_accepts({"cosign2", "verify", "--key", "KEY", "--offline", "--allow-http-registry",
                  name_ + ":attested"},
                 {"SIGSTORE_REKOR_PUBLIC_KEY=" + path("rekor.pub")});
}

// What others sign with keys that Kiln does not make: cosign 2 as simple signing, cosign 3 as a
// bundle.
TEST_P(Interop, KilnVerifiesWhatCosignSignsWithRsaAndP384) {
  NEED_TOOL("cosign");
  NEED_TOOL("cosign2");
  NEED_TOOL("openssl");
  std::vector<std::string> no_password = {"COSIGN_PASSWORD="};
  const std::map<std::string, std::vector<std::string>> kinds = {
      {"rsa", {"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072"}},
      {"p384", {"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"}}};
  ASSERT_OK(write_file(path("nothing.json"),
                       R"({"mediaType":"application/vnd.dev.sigstore.signingconfig.v0.2+json"})"));
  for (const auto& [kind, options] : kinds) {
    std::vector<std::string> make = {"openssl", "genpkey", "-out", path(kind + ".pem")};
    make.insert(make.end(), options.begin(), options.end());
    ASSERT_EQ(run_tool(make).exit_code, 0);
    ToolRun imported = run_tool({"cosign", "import-key-pair", "--yes", "--key", path(kind + ".pem"),
                                 "--output-key-prefix", path(kind)},
                                no_password);
    ASSERT_EQ(imported.exit_code, 0) << imported.errors;
    const std::map<std::string, std::vector<std::string>> signers = {
        {"cosign2", {"cosign2", "sign", "--tlog-upload=false"}},
        {"cosign", {"cosign", "sign", "--signing-config", path("nothing.json")}}};
    for (const auto& [client, words] : signers) {
      std::string image = name_ + "-" + client + "-" + kind + ":1";
      publisher_->must(
          {"push", publisher_->path("layout"), image, "--plain-http", "--no-evidence"});
      std::vector<std::string> sign = words;
      sign.insert(sign.end(), {"--yes", "--allow-http-registry", "--key", path(kind + ".key"),
                               image.substr(0, image.size() - 2) + "@" + publisher_->index});
      ToolRun signed_by = run_tool(sign, no_password);
      ASSERT_EQ(signed_by.exit_code, 0) << client << signed_by.errors;
      ToolRun good =
          publisher_->run({"verify", image, "--key", path(kind + ".pub"), "--plain-http"});
      EXPECT_EQ(good.exit_code, 0) << client << kind << good.output << good.errors;
      expect_refusal(
          "kiln verify", "another key",
          publisher_->run({"verify", image, "--key", path("other.pub"), "--plain-http"}));
    }
  }
}

TEST_P(Interop, EvidenceSurvivesAnAirGapAndASecondRegistry) {
  RegistryServer second(GetParam());
  std::string copied = second.host() + "/elsewhere/app";
  publisher_->must(
      {"pull", name_ + ":1", "--format", "archive", "-o", path("gap.tar"), "--plain-http"});
  publisher_->must({"push", path("gap.tar"), copied + ":1", "--plain-http"});
  std::filesystem::remove_all(path("pulled"));
  publisher_->must({"pull", copied + ":1", "-o", path("pulled"), "--plain-http"});
  for (const std::string& at : {path("layout"), path("gap.tar"), path("pulled"), copied + ":1"}) {
    ToolRun verdict = publisher_->run({"verify", at, "--key", path("kiln.pub"), "--trusted-root",
                                       path("root.json"), "--plain-http"});
    EXPECT_EQ(verdict.exit_code, 0) << at << "\n" << verdict.output << verdict.errors;
  }
  if (have_judge("cosign"))
    expect_accepts({"cosign", "verify", "--key", "KEY", "--trusted-root", path("root.json"),
                    copied + "@" + publisher_->index});
}

}  // namespace
}  // namespace kiln::testing

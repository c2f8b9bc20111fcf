// SPDX-License-Identifier: Apache-2.0
//
// An image of Alpine packages, pushed to a registry: what others make of it and of its evidence.
#include "e2e/alpine_repository.hpp"
#include "engines.hpp"
#include "publisher.hpp"
#include "support/registry_server.hpp"
#include "support/result_matchers.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace kiln::testing {
namespace {

class AlpineImage : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::string lacks = no_alpine(); !lacks.empty()) GTEST_SKIP() << lacks;
    NEED_TOOL(program_of(RegistryKind::olareg));
    static Publisher publisher("base/alpine-3.19/3.19", alpine_flags("iso", "3.19"));
    publisher_ = &publisher;
    registry_.emplace(RegistryKind::olareg);
    name_ = registry_->host() + "/team/alpine";
    publisher.must({"push", publisher.path("layout"), name_ + ":1", "--plain-http"});
  }

  // Accepted with the publisher's key, refused with another.
  void expect_accepts(std::vector<std::string> command) const {
    ToolRun good = run_tool(command);
    EXPECT_EQ(good.exit_code, 0) << good.output << good.errors;
    for (std::string& word : command)
      if (word == publisher_->path("kiln.pub")) word = publisher_->path("other.pub");
    expect_refusal(command[0], "another key", run_tool(command));
  }

  // A policy about the index, in the language of an engine.
  std::string exported(const std::string& format, std::string_view key) const {
    std::string policy = publisher_->path("policy.yaml");
    value(write_file(policy,
                     fmt::format("{{format: 1, name: alpine, images: [{}], trusted-root: "
                                 "root.json, signers: [{{name: release, key: {}}}], "
                                 "statements: {{image: [summary]}}, log: {}}}",
                                 name_, key, format == "kyverno" ? "if-present" : "required")));
    publisher_->must(
        {"policy", "export", policy, "--format", format, "-o", publisher_->path("cluster")});
    return value(read_file(publisher_->path("cluster/" + format + ".yaml")));
  }

  const Publisher* publisher_ = nullptr;
  std::optional<RegistryServer> registry_;
  std::string name_;
};

TEST_F(AlpineImage, IsVerifiedByCosign) {
  NEED_TOOL("cosign");
  std::vector<std::string> trust = {"--key", publisher_->path("kiln.pub"), "--trusted-root",
                                    publisher_->path("root.json"), "--use-signed-timestamps"};
  std::vector<std::string> image = {"cosign", "verify", name_ + "@" + publisher_->index};
  image.insert(image.end(), trust.begin(), trust.end());
  expect_accepts(image);
  for (const char* type : {"https://spdx.dev/Document", "https://cyclonedx.org/bom",
                           "https://slsa.dev/provenance/v1"}) {
    std::vector<std::string> statement = {"cosign", "verify-attestation", "--type", type,
                                          name_ + "@" + publisher_->manifest};
    statement.insert(statement.end(), trust.begin(), trust.end());
    expect_accepts(statement);
  }
}

TEST_F(AlpineImage, IsAdmittedByPolicyController) {
  NEED_TOOL("policy-tester");
  auto ask = [&](std::string_view key) {
    return ask_policy_controller(publisher_->path(""), exported("policy-controller", key),
                                 name_ + "@" + publisher_->index);
  };
  ToolRun good = ask("kiln.pub");
  EXPECT_EQ(good.exit_code, 0) << good.output << good.errors;
  expect_refusal("policy-controller", "another key", ask("other.pub"));
}

TEST_F(AlpineImage, IsAdmittedByKyverno) {
  NEED_TOOL("kyverno");
  auto ask = [&](std::string_view key) {
    return ask_kyverno(publisher_->path(""), exported("kyverno", key),
                       name_ + "@" + publisher_->index);
  };
  ToolRun good = ask("kiln.pub");
  EXPECT_EQ(good.exit_code, 0) << good.output << good.errors;
  expect_refusal("kyverno", "another key", ask("other.pub"));
}

TEST_F(AlpineImage, IsValidForCrane) {
  NEED_TOOL("crane");
  ToolRun run = run_tool({"crane", "validate", "--insecure", "--remote", name_ + ":1"});
  EXPECT_EQ(run.exit_code, 0) << run.output << run.errors;
}

TEST_F(AlpineImage, IsVerifiedByKilnAgainstItsBillOfMaterials) {
  ToolRun verdict = publisher_->run({"verify", name_ + ":1", "--plain-http", "--key",
                                     publisher_->path("kiln.pub"), "--trusted-root",
                                     publisher_->path("root.json")});
  EXPECT_EQ(verdict.exit_code, 0) << verdict.output << verdict.errors;
  EXPECT_NE(verdict.output.find("passed   sbom"), std::string::npos) << verdict.output;
}

}  // namespace
}  // namespace kiln::testing

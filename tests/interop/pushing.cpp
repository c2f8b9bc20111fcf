// SPDX-License-Identifier: Apache-2.0
#include "pushing.hpp"

#include "codec/gzip_encoder.hpp"
#include "oci/layout.hpp"
#include "oci/media_types.hpp"
#include "support/result_matchers.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace kiln::signing::tests {

using testing::RegistryKind;
using testing::ToolRun;
using testing::value;

Pushing::Pushing() : directory_(value(TemporaryDirectory::create())) {}

void Pushing::SetUp() {
  NEED_TOOL(testing::program_of(GetParam()));
  registry_.emplace(GetParam());
  write("key.pub", installation_.key.public_key().pem());
  write("rekor.pub", installation_.rekor_key.public_key().pem());
  write("root.json", encode(installation_.root));
  write("notary.pem", installation_.notary_chain.back().pem());
}

void Pushing::write(std::string_view file, std::string_view bytes) const {
  value(write_file(path(file), bytes));
}

oci::Descriptor Pushing::add_image(oci::Content& content, const std::string& text) {
  std::string layer(1024, '\0');  // a tar of nothing
  Json rootfs =
      Json::object({{"type", "layers"}, {"diff_ids", Json::array({sha256(layer).str()})}});
  Json config = Json::object({{"architecture", "amd64"},
                              {"os", "linux"},
                              {"author", text},
                              {"rootfs", std::move(rootfs)}});
  oci::Manifest manifest;
  manifest.config = content.add(oci::k_config_type, canonical(config));
  manifest.layers = {content.add(oci::k_layer_gzip_type, gzip_member(layer))};
  return content.add(oci::k_manifest_type, oci::encode(manifest));
}

SignedObjects Pushing::sign(const oci::Descriptor& image, const std::vector<Form>& forms) {
  Signed wanted{image, registry_->host() + "/team/app", {a_statement(image.digest)}};
  return value(sign_image(std::vector{wanted}, installation_.context(), forms));
}

std::string Pushing::push(const oci::Content& content) {
  value(oci::write_layout(path("layout"), content));
  std::string name = fmt::format("{}/app{}:1", registry_->host(), ++pushed_);
  ToolRun run = run_kiln({"push", path("layout"), name, "--plain-http"});
  EXPECT_EQ(run.exit_code, 0) << run.output << run.errors;
  return name;
}

ToolRun Pushing::run_kiln(std::vector<std::string> words) const {
  words.insert(words.begin(), KILN_PROGRAM);
  return testing::run_tool(
      words, {"KILN_STORE=" + path("store"), "KILN_KEYS=" + path("keys"), "NO_COLOR=1"});
}

void Pushing::empty_store() const {
  std::vector<Path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path("store/blobs")))
    if (entry.is_regular_file()) files.push_back(entry.path());
  for (const Path& file : files) std::filesystem::remove(file);
}

Client Pushing::kiln_verify(const std::vector<std::string>& trust) const {
  return {"kiln verify", [this, trust](const std::string& image) {
            std::vector<std::string> words = {"verify", image, "--plain-http"};
            words.insert(words.end(), trust.begin(), trust.end());
            ToolRun run = run_kiln(words);
            // Accepted, refused, not verifiable, or a registry that answers nothing.
            EXPECT_THAT(run.exit_code, ::testing::AnyOf(0, 1, 3, 4)) << run.output << run.errors;
            return run;
          }};
}

Client Pushing::kiln_verify_with_key() const {
  return kiln_verify({"--key", path("key.pub"), "--trusted-root", path("root.json")});
}

std::string name_of(const ::testing::TestParamInfo<RegistryKind>& tested) {
  return tested.param == RegistryKind::olareg ? "Olareg" : "Distribution2";
}

}  // namespace kiln::signing::tests

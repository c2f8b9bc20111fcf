// SPDX-License-Identifier: Apache-2.0
#include "pushing.hpp"

#include "codec/gzip_encoder.hpp"
#include "data/json.hpp"
#include "oci/layout.hpp"
#include "oci/media_types.hpp"
#include "support/result_matchers.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace kiln::signing::tests {

using testing::RegistryKind;
using testing::ToolRun;
using testing::value;

namespace {

SignedLayer first_layer(const SignedObjects& made, const SignedObject& object) {
  oci::Manifest manifest =
      value(oci::parse_manifest(value(made.content.bytes(object.descriptor.digest))));
  return {layer_of(made, object), manifest.layers.at(0).annotations};
}

}  // namespace

Damages damaged_bundle_layers(const SignedLayer& good, const TimestampAuthority& stamps) {
  Damages bad;
  for (const auto& [what, bundle] : damaged_bundles(value(parse_bundle(good.bytes)), stamps))
    bad[what] = {encode(bundle), good.annotations};
  return bad;
}

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
  std::string name = fmt::format("{}/app{}:1", registry_->host(), pushed_.size() + 1);
  ToolRun run = run_kiln({"push", path("layout"), name, "--plain-http"});
  EXPECT_EQ(run.exit_code, 0) << run.output << run.errors;
  Json index = value(parse_json(value(read_file(path("layout/index.json")))));
  for (const Json& listed : index.find("manifests")->as_array())
    if (listed.get_string({"annotations", "org.opencontainers.image.ref.name"}).value_or("") == "1")
      pushed_[name] = value(listed.get_string({"digest"}));
  return name;
}

std::string Pushing::by_digest(const std::string& name) const {
  return name.substr(0, name.rfind(':')) + "@" + pushed_.at(name);
}

void Pushing::expect_refusals(const std::vector<Form>& forms, const std::vector<Client>& clients,
                              const std::function<Damages(const SignedLayer&)>& damages) {
  oci::Content content;
  oci::Descriptor image = add_image(content, "the image");
  SignedObjects made = sign(image, forms);
  std::string good = push(with_evidence(content, made, image));
  for (const Client& client : clients) {
    ToolRun run = client.run(good);
    ASSERT_EQ(run.exit_code, 0) << client.name << "\n" << run.output << run.errors;
  }
  auto refused = [&](const std::string& what, const oci::Content& changed) {
    std::string bad = push(changed);
    for (const Client& client : clients)
      testing::expect_refusal(client.name, what, client.run(bad));
  };
  for (const auto& [what, first] : damages(first_layer(made, made.objects[0]))) {
    auto edit = [&](const SignedLayer& layer) { return damages(layer).at(what); };
    refused(what, with_evidence(content, made, image, edit));
  }
  oci::Content none = content;
  none.list(image, "1");
  refused("evidence removed", none);
  oci::Descriptor other = add_image(content, "another image");
  refused("image replaced", with_evidence(content, made, other));
  refused("evidence of another image", with_evidence(content, sign(other, forms), image));
}

oci::Content Pushing::with_evidence(oci::Content content, const SignedObjects& made,
                                    const oci::Descriptor& image,
                                    const std::function<SignedLayer(const SignedLayer&)>& edit) {
  content.list(image, "1");
  for (const auto& [digest, blob] : made.content.blobs()) content.add_blob(digest, blob);
  for (const SignedObject& object : made.objects) {
    oci::Manifest manifest =
        value(oci::parse_manifest(value(content.bytes(object.descriptor.digest))));
    SignedLayer layer = edit(first_layer(made, object));
    oci::Descriptor stored = content.add(manifest.layers.at(0).media_type, layer.bytes);
    stored.annotations = layer.annotations;
    manifest.layers = {stored};
    if (manifest.subject) manifest.subject = image;
    oci::Descriptor listed = content.add(oci::k_manifest_type, oci::encode(manifest));
    listed.artifact_type = object.descriptor.artifact_type;
    listed.annotations = object.descriptor.annotations;
    std::string tag = object.tag;
    if (!tag.empty()) tag = "sha256-" + image.digest.hex() + tag.substr(tag.rfind('.'));
    content.list(listed, tag);
  }
  return content;
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

// SPDX-License-Identifier: Apache-2.0
//
// Registries whose storage was tampered with, as hostile ones would answer: under a digest lie
// other bytes, fewer, or more. Whoever copies, checks or verifies the image must notice, after
// having taken it as it was.
#include "oci/media_types.hpp"
#include "pushing.hpp"
#include "support/result_matchers.hpp"

#include <fmt/format.h>

namespace kiln::signing::tests {
namespace {

using testing::ToolRun;
using testing::value;

struct StorageDamage {
  std::string what;
  std::function<void(std::string& bytes)> edit;
};

std::vector<StorageDamage> storage_damages() {
  return {{"one bit", [](std::string& bytes) { bytes[bytes.size() / 2] ^= 1; }},
          {"cut off", [](std::string& bytes) { bytes.pop_back(); }},
          {"longer", [](std::string& bytes) { bytes += 'x'; }}};
}

// For readers that stop where a document or a compressed stream ends, and leave what follows.
std::vector<StorageDamage> shorter_or_changed() {
  std::vector<StorageDamage> damages = storage_damages();
  damages.pop_back();
  return damages;
}

class DamagedStorage : public Pushing {
 protected:
  // An image of one platform in an index, with a bundle.
  void push_image() {
    oci::Content content;
    oci::Descriptor platform = add_image(content, "an image");
    platform.platform = {"linux", "amd64", ""};
    oci::Manifest manifest = value(oci::parse_manifest(value(content.bytes(platform.digest))));
    oci::Index index;
    index.manifests = {platform};
    oci::Descriptor root = content.add(oci::k_index_type, oci::encode(index));
    SignedObjects made = sign(root, {Form::bundle});
    made.objects.resize(1);  // without the statement, whose bundle counts as well
    parts_ = {{"layer", manifest.layers[0].digest},
              {"config", manifest.config.digest},
              {"manifest", platform.digest},
              {"index", root.digest},
              {"bundle", sha256(layer_of(made, made.objects[0]))}};
    content.list(root, "1");
    add_to(content, std::move(made));
    std::string name = push(content);
    name_ = name.substr(0, name.rfind(':')) + "@" + root.digest.str();
  }

  // Distribution looks at manifests itself, and has none to give once they were damaged.
  std::vector<std::string> image_parts() const {
    if (GetParam() == testing::RegistryKind::olareg)
      return {"layer", "config", "manifest", "index"};
    return {"layer", "config"};
  }

  void expect_refusals(const Client& client, const std::vector<std::string>& parts,
                       const std::vector<StorageDamage>& damages = storage_damages()) {
    push_image();
    empty_store();
    ToolRun good = client.run(name_);
    ASSERT_EQ(good.exit_code, 0) << good.output << good.errors;
    for (const std::string& part : parts)
      for (const StorageDamage& damage : damages) {
        Path file = registry_->stored(parts_.at(part));
        std::string bytes = value(read_file(file));
        std::string changed = bytes;
        damage.edit(changed);
        ASSERT_OK(write_file(file, changed));
        empty_store();
        testing::expect_refusal(client.name, fmt::format("stored {}: {}", part, damage.what),
                                client.run(name_));
        ASSERT_OK(write_file(file, bytes));
      }
  }
  void expect_refusals_of_kiln(const Client& client) {
    std::vector<std::string> parts = image_parts();
    parts.push_back("bundle");
    expect_refusals(client, parts);
  }

  // A place that nobody wrote to.
  std::string fresh(std::string_view kind) { return path(fmt::format("{}{}", kind, ++copies_)); }

 private:
  std::map<std::string, Digest> parts_;
  std::string name_;
  size_t copies_ = 0;
};

INSTANTIATE_TEST_SUITE_P(, DamagedStorage, both_registries(), name_of);

TEST_P(DamagedStorage, IsNoticedByCrane) {
  NEED_TOOL("crane");
  Client crane{"crane", [](const std::string& image) {
                 return testing::run_tool({"crane", "validate", "--insecure", "--remote", image});
               }};
  expect_refusals(crane, {"layer"}, shorter_or_changed());
  std::vector<std::string> others = image_parts();
  std::erase(others, "layer");
  expect_refusals(crane, others);
}

TEST_P(DamagedStorage, IsNoticedByOras) {
  NEED_TOOL("oras");
  expect_refusals({"oras",
                   [&](const std::string& image) {
                     return testing::run_tool({"oras", "copy", "--from-plain-http", image,
                                               "--to-oci-layout", fresh("oras") + ":1"});
                   }},
                  image_parts());
}

TEST_P(DamagedStorage, IsNoticedByRegctl) {
  NEED_TOOL("regctl");
  expect_refusals(
      {"regctl",
       [&](const std::string& image) {
         return testing::run_tool({"regctl", "--host", "reg=" + registry_->host() + ",tls=disabled",
                                   "image", "copy", image, "ocidir://" + fresh("regctl") + ":1"});
       }},
      image_parts());
}

TEST_P(DamagedStorage, IsNoticedBySkopeo) {
  NEED_TOOL("skopeo13");
  expect_refusals({"skopeo",
                   [&](const std::string& image) {
                     return testing::run_tool({"skopeo13", "--insecure-policy", "copy", "--all",
                                               "--src-tls-verify=false", "docker://" + image,
                                               "oci:" + fresh("skopeo") + ":1"});
                   }},
                  image_parts());
}

TEST_P(DamagedStorage, IsNoticedByCosign) {
  NEED_TOOL("cosign");
  expect_refusals(
      {"cosign",
       [&](const std::string& image) {
         return testing::run_tool({"cosign", "verify", "--key", path("key.pub"), "--trusted-root",
                                   path("root.json"), "--use-signed-timestamps", image});
       }},
      {"bundle"}, shorter_or_changed());
}

TEST_P(DamagedStorage, IsNoticedByKiln) {
  expect_refusals_of_kiln(kiln_verify_with_key());
  expect_refusals_of_kiln({"kiln pull", [&](const std::string& image) {
                             return run_kiln(
                                 {"pull", image, "--plain-http", "-o", fresh("pulled")});
                           }});
}

}  // namespace
}  // namespace kiln::signing::tests

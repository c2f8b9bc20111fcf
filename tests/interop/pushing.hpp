// SPDX-License-Identifier: Apache-2.0
//
// A registry, images without much in them that somebody signs with keys of the test, and the
// program to push them with: what tests share that change something and ask clients for it.
#pragma once
#include "../unit/signing/damage.hpp"
#include "../unit/signing/installation.hpp"
#include "support/registry_server.hpp"
#include "support/tools.hpp"

#include <functional>

#include <gtest/gtest.h>

namespace kiln::signing::tests {

// Something that must accept what is right and refuse what is not.
struct Client {
  std::string name;
  std::function<testing::ToolRun(const std::string& image)> run;
};

// What was changed, and the layer that says it.
using Damages = std::map<std::string, SignedLayer>;

// Those of a bundle, as layers.
Damages damaged_bundle_layers(const SignedLayer& good, const TimestampAuthority& stamps);

class Pushing : public ::testing::TestWithParam<testing::RegistryKind> {
 protected:
  Pushing();
  // Starts the registry and writes key.pub, rekor.pub, root.json and notary.pem.
  void SetUp() override;

  std::string path(std::string_view file) const { return directory_.path() / file; }
  void write(std::string_view file, std::string_view bytes) const;

  // Adds an image of one layer; different texts make different images.
  static oci::Descriptor add_image(oci::Content& content, const std::string& text);
  SignedObjects sign(const oci::Descriptor& image, const std::vector<Form>& forms);
  // Pushes what the content lists as "1" into a repository of its own; returns its name.
  std::string push(const oci::Content& content);
  // The same image by its digest: "host/app1@sha256:...".
  std::string by_digest(const std::string& name) const;

  // Pushes an image in these forms as it was signed, and then once for each change: each client
  // must accept the first and refuse the others.
  void expect_refusals(const std::vector<Form>& forms, const std::vector<Client>& clients,
                       const std::function<Damages(const SignedLayer&)>& damages);
  // The image as "1", with what was signed about it, or about another one, beside it.
  static oci::Content with_evidence(
      oci::Content content, const SignedObjects& made, const oci::Descriptor& image,
      const std::function<SignedLayer(const SignedLayer&)>& edit = std::identity());

  testing::ToolRun run_kiln(std::vector<std::string> words) const;
  // Takes all blobs from the program's store, so that it fetches them.
  void empty_store() const;
  Client kiln_verify(const std::vector<std::string>& trust) const;
  Client kiln_verify_with_key() const;

  Installation installation_;
  std::optional<testing::RegistryServer> registry_;

 private:
  TemporaryDirectory directory_;
  std::map<std::string, std::string> pushed_;  // name -> digest
};

// One registry without the referrers API and one with it.
inline auto both_registries() {
  return ::testing::Values(testing::RegistryKind::distribution2, testing::RegistryKind::olareg);
}
std::string name_of(const ::testing::TestParamInfo<testing::RegistryKind>& tested);

}  // namespace kiln::signing::tests

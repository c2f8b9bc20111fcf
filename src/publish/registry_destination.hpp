// SPDX-License-Identifier: Apache-2.0
//
// A repository of a registry as a destination: blobs that it lacks are mounted from where the
// registry has them, as far as that is known, or sent.
#pragma once
#include "oci/registry/client.hpp"
#include "publish/destination.hpp"
#include "world/world.hpp"

#include <map>

namespace kiln::publish {

class RegistryDestination final : public Destination {
 public:
  // `mount_from` is the repository of the same registry that the image comes from, if there is one.
  RegistryDestination(World& world, const registry::Reference& reference,
                      registry::ClientOptions options, std::string mount_from = {});

  Result<bool> has_manifest(const ManifestNode& node) override;
  Result<Outcome> put_blob(const oci::Descriptor& blob, const oci::ImageReader& from) override;
  Result<> put_manifest(const ManifestNode& node) override;
  Result<size_t> link_evidence(const Closure& closure) override;
  Result<Outcome> put_tag(const std::string& tag, const ManifestNode& node) override;

 private:
  std::string place_key(const Digest& blob) const;
  std::string known_place(const Digest& blob) const;
  void note_place(const Digest& blob) const;
  Result<bool> mount(const Digest& blob);
  Result<> put(const std::string& selector, const ManifestNode& node);
  Result<bool> has_all_layers(const std::string& tag, const ManifestNode& node);
  using Evidence = std::vector<const ManifestNode*>;
  Result<> list_by_api(const Digest& subject, const Evidence& evidence,
                       std::vector<oci::Descriptor> listed);

  World& world_;
  registry::RegistryClient client_;
  std::string mount_from_;
};

}  // namespace kiln::publish

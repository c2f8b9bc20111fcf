// SPDX-License-Identifier: Apache-2.0
//
// An image in a registry, read as one in a layout is. Blobs and manifests go through the store, so
// that what was read once is not asked for again.
#pragma once
#include "oci/reader.hpp"
#include "oci/registry/client.hpp"
#include "world/world.hpp"

#include <mutex>
#include <set>

namespace kiln::registry {

// Whether the registry is asked for what the store has already. Who judges what is there asks, so
// that the answer does not depend on what this machine has seen.
enum class Presence { as_stored, asked };

class RegistryReader final : public oci::ImageReader {
 public:
  // Asks the registry what the reference names: index() lists that alone, with the reference as its
  // name. The world must outlive the reader. Fails with not_found when it is not there, and with
  // bad_input when the world is offline.
  static Result<std::unique_ptr<RegistryReader>> open(World& world, const Reference& reference,
                                                      ClientOptions options,
                                                      Presence presence = Presence::as_stored);

  Result<std::vector<oci::Descriptor>> referrers(const Digest& subject) const override;
  // Tags that begin with "sha256-" are looked up in a list of all tags, where that is not too long.
  Result<std::optional<oci::Descriptor>> tagged(std::string_view tag) const override;

  const Reference& reference() const { return reference_; }

 private:
  RegistryReader(World& world, const Reference& reference, ClientOptions options,
                 Presence presence);
  Result<std::unique_ptr<Source>> open_stored(const oci::Descriptor& descriptor) const override;
  Result<> expect_there(const oci::Descriptor& descriptor) const;
  Result<> fetch(const oci::Descriptor& descriptor) const;
  Result<bool> may_have(std::string_view tag) const;

  World& world_;
  Reference reference_;
  mutable RegistryClient client_;
  Presence presence_;
  mutable std::mutex mutex_;
  mutable std::set<Digest> there_;                        // at the registry
  mutable std::optional<std::vector<std::string>> tags_;  // sorted; of the evidence alone
  mutable bool too_many_tags_ = false;
};

}  // namespace kiln::registry

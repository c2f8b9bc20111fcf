// SPDX-License-Identifier: Apache-2.0
//
// Bringing an image with its evidence somewhere: what is missing there, in an order in which the
// destination is whole at every moment. Blobs first, manifests behind all that they refer to, tags
// last; so who is killed in between leaves nothing that names what is not there, and the next run
// does the rest.
#pragma once
#include "publish/destination.hpp"
#include "world/world.hpp"

#include <functional>

namespace kiln::publish {

struct Tally {
  size_t sent = 0;
  size_t mounted = 0;  // taken over from another repository of the same registry
  size_t present = 0;

  void count(Outcome outcome);
};

struct Transferred {
  Tally blobs;
  uint64_t sent_bytes = 0;  // of blobs
  Tally manifests;
  size_t links = 0;  // indexes of referrers under fallback tags that were written
  Tally tags;

  // How many objects the destination has more than before: blobs, manifests and indexes.
  size_t added() const { return blobs.sent + blobs.mounted + manifests.sent + links; }
};

// Moves everything of `closure`, and names its root by each of `tags`.
Result<Transferred> transfer(const oci::ImageReader& from, const Closure& closure,
                             Destination& destination, std::span<const std::string> tags,
                             size_t threads, World& world);

}  // namespace kiln::publish

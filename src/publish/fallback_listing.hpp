// SPDX-License-Identifier: Apache-2.0
//
// Listing evidence where a registry has no referrers API. The index under a fallback tag is read,
// changed and put by each client for itself (distribution-spec, "Referrers Tag Schema"), and most
// registries know no conditional request: of two clients at the same time the later one undoes
// what the earlier one did. So what was put is looked at again after a while that is longer than
// another client takes from reading to putting, and put again when it is gone.
#pragma once
#include "oci/registry/client.hpp"
#include "world/world.hpp"

#include <chrono>
#include <map>
#include <vector>

namespace kiln::publish {

// How long to wait before looking whether others undid what took `taken` to read and put; a part of
// it is left to chance, so that two who undid each other do not meet again.
std::chrono::milliseconds while_others_put(std::chrono::nanoseconds taken);

// What is about each manifest.
using EvidenceList = std::map<Digest, std::vector<oci::Descriptor>>;

// Puts what is missing into the indexes under the fallback tags until all of it stays there.
// Returns how many indexes that changed; nothing is waited for when it is none. Fails with network
// when others undo it again and again, and with interrupted.
Result<size_t> list_under_fallback_tags(registry::RegistryClient& client, const EvidenceList& about,
                                        const World& world);

}  // namespace kiln::publish

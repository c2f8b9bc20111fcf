// SPDX-License-Identifier: Apache-2.0
//
// Bringing a file whose digest is known into the store, from the first server that has it.
#pragma once
#include "world/world.hpp"

#include <optional>
#include <span>
#include <string>

namespace kiln {

// Returns at once when the store has the blob; otherwise downloads it, checks digest and size, and
// keeps it. A mirror that sends other bytes counts as one that failed. Offline it fails with
// not_found. The bytes are advanced in world.progress, whose total is the caller's to announce;
// what was in the store already is advanced, too.
Result<> fetch_blob(World& world, std::span<const std::string> urls, const Digest& digest,
                    std::optional<uint64_t> size = {});

}  // namespace kiln

// SPDX-License-Identifier: Apache-2.0
//
// What a run says of itself: which program it is, and which run.
#pragma once
#include "store/store.hpp"

#include <string>

namespace kiln::cli {

// SHA-256 of this very program. The store remembers it for as long as the file is the same one.
Result<Digest> program_digest(Store& store);

// A random name of a run: "urn:uuid:" and a version 4 UUID (RFC 9562).
std::string new_invocation();

}  // namespace kiln::cli

// SPDX-License-Identifier: Apache-2.0
//
// The parts of checking a bundle that are about one entry of a transparency log.
#pragma once
#include "evidence/signing/verify_bundle.hpp"

#include <span>

namespace kiln::signing {

// Whether the entry's body is the one that this bundle's signature by this signer leads to. Fails
// with unverified, or unsupported for a kind of entry not known here.
Result<> check_entry_body(const LogEntry& entry, const Bundle& bundle, const EntrySigner& signer);

// Whether a log of the root, trusted at all of `times` (or `now` when there are none), has the
// entry: by its proof and signed checkpoint, and by the promise when there is one.
Result<VerifiedEntry> check_inclusion(const LogEntry& entry, const TrustedRoot& root,
                                      std::span<const UnixTime> times, UnixTime now);

}  // namespace kiln::signing

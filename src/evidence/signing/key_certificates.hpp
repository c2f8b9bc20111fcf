// SPDX-License-Identifier: Apache-2.0
//
// The certificates that keys of some roles need to be believed: a root made for that key alone,
// whose own key is thrown away, and the leaf below it.
#pragma once
#include "evidence/signing/keyring.hpp"

namespace kiln::signing {

// Leaf and root for a timestamp or notary key, valid for ten years; empty for other roles.
std::vector<Certificate> make_chain(KeyRole role, const PublicKey& key, const std::string& host,
                                    UnixTime now);

}  // namespace kiln::signing

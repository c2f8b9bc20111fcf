// SPDX-License-Identifier: Apache-2.0
//
// Keys on tokens and in hardware modules, through PKCS #11 (Cryptoki 2.40): the secret never comes
// to this process, which sends digests (P-256) or messages (Ed25519) and gets signatures.
#pragma once
#include "crypto/key.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace kiln {

// Gives a PIN or password; `what` says for what: "the PIN of token 'release'".
using AskPin = std::function<Result<std::string>(const std::string& what)>;

// The key that a pkcs11: URI names. The PIN comes from the URI (pin-source, pin-value) or from
// `ask`. Fails with bad_input for a bad URI, not_found when there is no such module, token or key,
// or more than one, unverified when the PIN is wrong, unsupported for keys of other algorithms.
Result<std::unique_ptr<SigningKey>> open_token_key(std::string_view uri, const AskPin& ask);

}  // namespace kiln

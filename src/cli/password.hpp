// SPDX-License-Identifier: Apache-2.0
//
// Passwords of keys and PINs of tokens: from the environment, or asked for on the terminal.
#pragma once
#include "cli/session.hpp"
#include "crypto/pkcs11.hpp"

namespace kiln::cli {

// Answers with $KILN_KEY_PASSWORD or $COSIGN_PASSWORD; else asks on the terminal, without echo.
// Fails with bad_input when there is neither.
AskPin password_source(const Session& session);

// The same without a terminal to ask on: from `file`, whose last newline does not count, when there
// is one, else from the environment.
AskPin unattended_password(const Session& session, const std::optional<Path>& file);

// $KILN_KEY_PASSWORD or $COSIGN_PASSWORD; empty when neither is set.
std::string environment_password(const Session& session);

// A password for something new: the same, and on the terminal asked for twice.
Result<std::string> new_password(const Session& session, const std::string& what);

}  // namespace kiln::cli

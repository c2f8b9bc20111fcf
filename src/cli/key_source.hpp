// SPDX-License-Identifier: Apache-2.0
//
// A key that a command line names: a file, as `kiln key` or cosign wrote it, or a pkcs11: URI (RFC
// 7512) of a key on a token.
#pragma once
#include "base/files.hpp"
#include "crypto/pkcs11.hpp"

#include <memory>
#include <string>

namespace kiln::cli {

// The bytes of a file that holds a key, which is small.
Result<std::string> read_key_file(const Path& file);

// The private key in a file's text; `name` says which one when a password is asked for.
Result<PrivateKey> open_key_text(const std::string& pem, const std::string& name,
                                 const AskPin& ask);

Result<PrivateKey> open_key_file(const Path& file, const AskPin& ask);

Result<std::unique_ptr<SigningKey>> open_key_source(const std::string& source, const AskPin& ask);

}  // namespace kiln::cli

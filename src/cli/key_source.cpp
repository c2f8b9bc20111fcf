// SPDX-License-Identifier: Apache-2.0
#include "cli/key_source.hpp"

#include "base/files.hpp"
#include "crypto/encrypted_key.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

constexpr uint64_t k_largest_key_file = 64U << 10;

}  // namespace

Result<PrivateKey> open_key_text(const std::string& pem, const std::string& name,
                                 const AskPin& ask) {
  if (!is_encrypted_key(pem)) return PrivateKey::from_pem(pem);
  std::string password = TRY(ask("the password of " + name));
  return decrypt_key(pem, password);
}

Result<std::unique_ptr<SigningKey>> open_key_source(const std::string& source, const AskPin& ask) {
  if (source.starts_with("pkcs11:")) return open_token_key(source, ask);
  std::string pem = TRY(read_file(source, k_largest_key_file));
  PrivateKey key =
      TRY_CONTEXT(open_key_text(pem, source, ask), fmt::format("reading the key {}", source));
  return std::make_unique<PrivateKey>(std::move(key));
}

}  // namespace kiln::cli

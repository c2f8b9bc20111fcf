// SPDX-License-Identifier: Apache-2.0
#include "cli/key_source.hpp"

#include "cli/own_file.hpp"
#include "crypto/encrypted_key.hpp"

namespace kiln::cli {

Result<std::string> read_key_file(const Path& file) {
  constexpr uint64_t k_largest = 64U << 10;
  return read_file(file, k_largest);
}

Result<PrivateKey> open_key_text(const std::string& pem, const std::string& name,
                                 const AskPin& ask) {
  if (!is_encrypted_key(pem)) return PrivateKey::from_pem(pem);
  std::string password = TRY(ask("the password of " + name));
  return decrypt_key(pem, password);
}

Result<PrivateKey> open_key_file(const Path& file, const AskPin& ask) {
  std::string pem = TRY(read_key_file(file));
  return from_own_file(open_key_text(pem, file.string(), ask), "the key " + file.string());
}

Result<std::unique_ptr<SigningKey>> open_key_source(const std::string& source, const AskPin& ask) {
  if (source.starts_with("pkcs11:")) return open_token_key(source, ask);
  return std::make_unique<PrivateKey>(TRY(open_key_file(source, ask)));
}

}  // namespace kiln::cli

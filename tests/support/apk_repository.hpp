// SPDX-License-Identifier: Apache-2.0
//
// Signed indexes of Alpine repositories, made in memory with keys of the test's own.
#pragma once
#include "base/time.hpp"
#include "crypto/digest.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace kiln::testing {

// An RSA key of 2048 bits; making one takes a tenth of a second.
class RsaKey {
 public:
  RsaKey();
  ~RsaKey();
  RsaKey(const RsaKey&) = delete;
  RsaKey& operator=(const RsaKey&) = delete;

  std::string public_pem() const;
  std::string private_pem() const;
  // PKCS #1 v1.5 over the message's SHA-1 or SHA-256.
  std::string sign(std::string_view message, HashAlgorithm hash) const;

 private:
  struct Held;
  std::unique_ptr<Held> held_;
};

// The lines of one package; its checksum is that of nothing that exists.
std::string apk_index_entry(std::string_view name, std::string_view version,
                            std::string_view more = "");

// The second member: DESCRIPTION and APKINDEX, both of `date`.
std::string apk_index_content(std::string_view text, UnixTime date = 1700000000,
                              std::string_view description = "v3.99.0");

// `content` behind a member with its signature; the key's name is a file name.
std::string apk_signed(std::string_view content, const RsaKey& key, std::string_view key_name,
                       HashAlgorithm hash = HashAlgorithm::sha1);

}  // namespace kiln::testing

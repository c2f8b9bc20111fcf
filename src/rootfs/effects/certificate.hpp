// SPDX-License-Identifier: Apache-2.0
//
// X.509 certificates in PEM files, as far as making a bundle of trusted ones needs them.
#pragma once
#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::rootfs {

struct Certificate {
  std::string der;
  uint32_t subject_hash = 0;  // X509_NAME_hash, by which OpenSSL finds issuers in a directory
};

// The certificates of a PEM text in its order; other PEM blocks and text between are skipped. Fails
// (corrupt) on a certificate that does not parse.
Result<std::vector<Certificate>> read_certificates(std::string_view pem);

}  // namespace kiln::rootfs

// SPDX-License-Identifier: Apache-2.0
//
// Certificate transparency (RFC 6962): a log's signed word inside a certificate that it has logged
// the certificate (section 3.3, SignedCertificateTimestampList).
#pragma once
#include "crypto/certificate.hpp"

#include <span>

namespace kiln {

// Checks that one of the logs, by their keys, has promised to log `certificate`, which `issuer` has
// signed. Fails with unverified, also when the certificate carries no promise at all.
Result<> verify_logged(const Certificate& certificate, const Certificate& issuer,
                       std::span<const PublicKey> logs);

}  // namespace kiln

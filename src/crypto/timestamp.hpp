// SPDX-License-Identifier: Apache-2.0
//
// Time stamps (RFC 3161): a third party's word that some bytes existed at a moment. Kiln has an
// authority of its own, which stamps signatures in the process that signs, and checks the tokens of
// any authority whose certificates it is given. The imprint is always SHA-256.
#pragma once
#include "crypto/certificate.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kiln {

class TimestampAuthority {
 public:
  // `chain` is the certificate for `key` (CertificateUse::time_stamping) and those above it, root
  // last. Fails with bad_input when the certificate does not fit the key or is not for time stamps.
  static Result<TimestampAuthority> create(PrivateKey key, std::vector<Certificate> chain);

  const std::vector<Certificate>& chain() const { return chain_; }

  // The DER of a TimeStampResp (status granted) that says that `message` existed at `now`.
  std::string stamp(std::string_view message, UnixTime now) const;

 private:
  TimestampAuthority(PrivateKey key, std::vector<Certificate> chain)
      : key_(std::move(key)), chain_(std::move(chain)) {}
  PrivateKey key_;
  std::vector<Certificate> chain_;
};

// The moment that a TimeStampResp states for `message`, once its signature, its imprint and the
// authority's certificate as of that moment were checked; `chain` is the authority's, leaf first,
// root last. Fails with corrupt or unverified.
Result<UnixTime> verify_timestamp(std::string_view response, std::string_view message,
                                  std::span<const Certificate> chain);

}  // namespace kiln

// SPDX-License-Identifier: Apache-2.0
//
// trusted_root.json (protobuf-specs, sigstore_trustroot.proto): what verifiers of bundles trust,
// with the times in which each may be trusted: transparency logs, certificate authorities, logs of
// certificates, and time stamp authorities.
#pragma once
#include "base/time.hpp"
#include "crypto/certificate.hpp"
#include "data/json.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::signing {

inline constexpr std::string_view k_trusted_root_type =
    "application/vnd.dev.sigstore.trustedroot+json;version=0.1";

struct Validity {
  UnixTime from = 0;
  std::optional<UnixTime> until;  // the last second

  bool contains(UnixTime at) const { return at >= from && (!until || at <= *until); }
  bool operator==(const Validity&) const = default;
};

struct TrustedLog {
  std::string base_url;  // its host is the name that signs checkpoints
  PublicKey key;
  std::string log_id;  // raw bytes
  Validity validity;
  std::string host() const;
};

struct TrustedAuthority {
  std::string organization;
  std::string common_name;
  std::string uri;
  std::vector<Certificate> chain;  // leaf first, root last
  Validity validity;
};

struct TrustedRoot {
  std::vector<TrustedLog> logs;
  std::vector<TrustedAuthority> certificate_authorities;
  std::vector<TrustedLog> certificate_logs;
  std::vector<TrustedAuthority> timestamp_authorities;
};

// The log's identifier in bundles: for Ed25519 the SHA-256 of host, newline, 0x01 and the key (C2SP
// signed-note), for ECDSA the SHA-256 of the SubjectPublicKeyInfo (RFC 6962).
std::string log_id(std::string_view host, const PublicKey& key);

// For people to read and for verifiers, members in order, one a line.
std::string encode(const TrustedRoot& root);

// A trusted root as anyone wrote it. Logs whose key is of an algorithm not known here are left out.
// Fails with corrupt, unsupported (another media type) or limit.
Result<TrustedRoot> parse_trusted_root(std::string_view text);

}  // namespace kiln::signing

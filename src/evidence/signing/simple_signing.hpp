// SPDX-License-Identifier: Apache-2.0
//
// The older form of an image's signature (containers/image, "simple signing"), which cosign until
// version 2, podman, skopeo and CRI-O read: a small document that names the image, and a signature
// over it in an annotation of the layer that holds it.
//
//   {"critical":{"identity":{"docker-reference":REFERENCE},
//                "image":{"docker-manifest-digest":DIGEST},
//                "type":"cosign container image signature"},"optional":null}
#pragma once
#include "crypto/key.hpp"

#include <string>
#include <string_view>

namespace kiln::signing {

inline constexpr std::string_view k_simple_signing_type =
    "application/vnd.dev.cosign.simplesigning.v1+json";

// Annotations of the layer: the signature (base64); the log's promise; the time stamp.
inline constexpr std::string_view k_signature_annotation = "dev.cosignproject.cosign/signature";
inline constexpr std::string_view k_log_annotation = "dev.sigstore.cosign/bundle";
inline constexpr std::string_view k_timestamp_annotation = "dev.sigstore.cosign/rfc3161timestamp";

struct SimpleSigning {
  std::string reference;  // "registry.example/team/app", with or without tag
  Digest manifest;

  bool operator==(const SimpleSigning&) const = default;
};

std::string encode(const SimpleSigning& document);

// Takes cosign's and containers/image's documents. Fails with corrupt; at most 64 KiB.
Result<SimpleSigning> parse_simple_signing(std::string_view text);

// The document, when `signature` is the key's over its bytes and it is about this manifest. Fails
// with unverified.
Result<SimpleSigning> verify_simple_signing(std::string_view text, std::string_view signature,
                                            const PublicKey& key, const Digest& manifest);

}  // namespace kiln::signing

// SPDX-License-Identifier: Apache-2.0
//
// OCI manifests and indexes as values (image-spec, manifest.md and image-index.md). What Kiln
// writes is canonical JSON, so equal values have equal digests; what it reads may come from any
// tool, and its digest is always that of the bytes received.
#pragma once
#include "oci/descriptor.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::oci {

// The largest manifest or index accepted, as in registries.
inline constexpr uint64_t k_max_manifest_size = 4U << 20;

struct Manifest {
  std::string media_type;  // as read; what is written is always the OCI type
  std::string artifact_type;
  Descriptor config;
  std::vector<Descriptor> layers;
  std::optional<Descriptor> subject;
  Annotations annotations;

  bool operator==(const Manifest&) const = default;
};

struct Index {
  std::string media_type;  // as for Manifest
  std::string artifact_type;
  std::vector<Descriptor> manifests;
  std::optional<Descriptor> subject;
  Annotations annotations;

  bool operator==(const Index&) const = default;
};

// Canonical bytes.
std::string encode(const Manifest& manifest);
std::string encode(const Index& index);

// A manifest or index of any tool, OCI or Docker schema 2. Schema 1 is unsupported; more than
// k_max_manifest_size bytes or 4096 entries is refused (limit).
Result<Manifest> parse_manifest(std::string_view bytes);
Result<Index> parse_index(std::string_view bytes);

}  // namespace kiln::oci

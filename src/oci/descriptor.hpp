// SPDX-License-Identifier: Apache-2.0
//
// The OCI descriptor: what a blob is, how long, and by which digest it is found (image-spec,
// descriptor.md). Reading takes descriptors of any tool; what is written is canonical JSON.
#pragma once
#include "crypto/digest.hpp"
#include "data/json.hpp"
#include "model/platform.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace kiln::oci {

using Annotations = std::map<std::string, std::string>;

struct Descriptor {
  std::string media_type;
  Digest digest;
  uint64_t size = 0;
  std::string artifact_type;                // empty when the descriptor names none
  std::optional<model::Platform> platform;  // in entries of an index
  Annotations annotations;
  std::string data;  // the blob itself when it is embedded, else empty

  bool operator==(const Descriptor&) const = default;
};

// Describes bytes at hand.
Descriptor describe(std::string_view media_type, std::string_view bytes);

// The descriptor of `{}`, with its data: the config of an artifact that has none.
Descriptor empty_descriptor();

Json to_json(const Descriptor& descriptor);

// A descriptor as any tool wrote it. Unknown members are passed over; a digest other than SHA-256
// is unsupported, and embedded data that does not match digest and size is unverified.
Result<Descriptor> descriptor_from_json(const Json& json);

// The variant that indexes and configs name: of arm64 the only one, "v8", else the platform's own.
std::string written_variant(const model::Platform& platform);
// The object `platform` of an index.
Json to_json(const model::Platform& platform);

}  // namespace kiln::oci

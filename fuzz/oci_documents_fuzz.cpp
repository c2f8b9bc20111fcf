// SPDX-License-Identifier: Apache-2.0
//
// Whatever manifest, index or config is taken, what is written from it reads back as the same.
#include "oci/config.hpp"
#include "oci/manifest.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (auto manifest = kiln::oci::parse_manifest(text)) {
    auto again = kiln::oci::parse_manifest(kiln::oci::encode(*manifest));
    ASSERT(again);
    again->media_type = manifest->media_type;
    ASSERT(*again == *manifest);
  }
  if (auto index = kiln::oci::parse_index(text)) {
    auto again = kiln::oci::parse_index(kiln::oci::encode(*index));
    ASSERT(again);
    again->media_type = index->media_type;
    ASSERT(*again == *index);
  }
  if (auto config = kiln::oci::parse_config(text)) {
    auto again = kiln::oci::parse_config(kiln::oci::encode(*config));
    ASSERT(again && *again == *config);
  }
  return 0;
}

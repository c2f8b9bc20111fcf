// SPDX-License-Identifier: Apache-2.0
//
// Whatever trusted root or key ring is taken, what is written from it reads back as the same text.
#include "evidence/signing/keyring.hpp"
#include "evidence/signing/trusted_root.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (auto root = kiln::signing::parse_trusted_root(text)) {
    std::string written = kiln::signing::encode(*root);
    auto again = kiln::signing::parse_trusted_root(written);
    ASSERT(again && kiln::signing::encode(*again) == written);
  }
  if (auto ring = kiln::signing::parse_keyring(text)) {
    std::string written = kiln::signing::encode(*ring);
    auto again = kiln::signing::parse_keyring(written);
    ASSERT(again && kiln::signing::encode(*again) == written);
    (void)ring->trusted_root();
  }
  return 0;
}

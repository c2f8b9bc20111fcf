// SPDX-License-Identifier: Apache-2.0
//
// Metadata of a TUF repository: a root that is read is written as one that reads the same.
#include "evidence/tuf/canonical.hpp"
#include "evidence/tuf/metadata.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace kiln::tuf;
  auto part = open_unverified({reinterpret_cast<const char*>(data), size});
  if (!part) return 0;
  (void)olpc_canonical(*part);
  auto root = Root::parse(*part);
  if (!root) return 0;
  auto json = root->json();
  ASSERT(json.has_value());
  auto again = Root::parse(*json);
  ASSERT(again && again->roles == root->roles);
  return 0;
}

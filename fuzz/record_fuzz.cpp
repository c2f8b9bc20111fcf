// SPDX-License-Identifier: Apache-2.0
//
// Files of the store's records: hostile ones are refused, and what opens is what was written.
#include "base/result.hpp"
#include "store/record.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace kiln;
  std::string bytes(data, data + size);
  if (auto payload = open_record("kind", "key", bytes))
    ASSERT(record_header("kind", "key", *payload) == bytes.substr(0, k_record_header));
  std::string file = record_header("kind", "key", bytes) + bytes;
  auto payload = open_record("kind", "key", file);
  ASSERT(payload && *payload == bytes);
  file.back() = static_cast<char>(file.back() ^ 1);
  ASSERT(!open_record("kind", "key", file));
  return 0;
}

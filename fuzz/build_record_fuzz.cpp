// SPDX-License-Identifier: Apache-2.0
//
// Build records, as a signer gets them from a control plane that it does not trust: what is taken
// reads back as the same, and no statement is made of it but by the checks.
#include "evidence/build_record.hpp"
#include "evidence/statements.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace kiln;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  auto record = evidence::read_record(text);
  if (!record) return 0;
  auto again = evidence::read_record(evidence::write_record(*record));
  ASSERT(again && *again == *record);
  // No record is good without the lock that it names.
  ASSERT(!evidence::make_claims(*record, {}, evidence::local_builder(), record->finished));
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
//
// Whatever envelope or statement is taken, what is written from it reads back as the same.
#include "evidence/signing/dsse.hpp"
#include "evidence/signing/statement.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (auto envelope = kiln::signing::parse_envelope(text)) {
    auto again = kiln::signing::parse_envelope(kiln::signing::encode(*envelope));
    ASSERT(again && *again == *envelope);
  }
  if (auto statement = kiln::signing::parse_statement(text)) {
    auto again = kiln::signing::parse_statement(kiln::signing::encode(*statement).payload);
    ASSERT(again && *again == *statement);
  }
  return 0;
}

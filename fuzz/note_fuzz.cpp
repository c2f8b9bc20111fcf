// SPDX-License-Identifier: Apache-2.0
//
// Notes, checkpoints, verifier keys and proofs from anyone: what is read is written as it was.
#include "evidence/tlog/cosignature.hpp"
#include "evidence/tlog/log_proof.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace kiln::tlog;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (auto note = Note::parse(bytes)) ASSERT(note->str() == bytes);
  if (auto checkpoint = Checkpoint::parse(bytes)) ASSERT(checkpoint->str() == bytes);
  if (auto key = NoteKey::parse(bytes)) ASSERT(key->str() == bytes);
  if (auto proof = LogProof::parse(bytes)) {
    auto again = LogProof::parse(proof->str());
    ASSERT(again && *again == *proof);
  }
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
#include "evidence/tlog/cosignature.hpp"

#include "evidence/tlog/big_endian.hpp"

#include <fmt/format.h>

namespace kiln::tlog {

namespace {

constexpr size_t k_time_size = 8;

std::string message(std::string_view text, uint64_t time) {
  return fmt::format("cosignature/v1\ntime {}\n{}", time, text);
}

}  // namespace

Result<Cosignature> verify_cosignature(std::string_view text, const NoteSignature& line,
                                       const NoteKey& witness) {
  if (witness.type() != NoteKeyType::cosignature || !witness.claims(line) ||
      line.bytes.size() <= k_time_size)
    return fail(ErrorCode::unverified,
                fmt::format("the signature is not a cosignature by {}", witness.name()));
  uint64_t time = get_u64(line.bytes);
  if (time > static_cast<uint64_t>(INT64_MAX))
    return fail(ErrorCode::unverified,
                fmt::format("the cosignature by {} has an impossible time", witness.name()));
  TRY_CONTEXT(witness.key().verify(message(text, time), line.bytes.substr(k_time_size)),
              fmt::format("checking the cosignature of {}", witness.name()));
  return Cosignature{line, static_cast<UnixTime>(time)};
}

Result<std::vector<Cosignature>> verified_cosignatures(const Note& note,
                                                       std::span<const NoteKey> witnesses) {
  std::vector<Cosignature> found;
  for (const NoteSignature& line : note.signatures)
    for (const NoteKey& witness : witnesses)
      if (witness.claims(line)) found.push_back(TRY(verify_cosignature(note.text, line, witness)));
  return found;
}

Result<NoteSignature> cosign(std::string_view text, UnixTime time, const NoteKey& witness,
                             SigningKey& secret) {
  ASSERT(witness.type() == NoteKeyType::cosignature && time >= 0);
  auto seconds = static_cast<uint64_t>(time);
  std::string bytes = TRY(secret.sign(message(text, seconds)));
  return NoteSignature{witness.name(), witness.id(), put_u64(seconds) + bytes};
}

}  // namespace kiln::tlog

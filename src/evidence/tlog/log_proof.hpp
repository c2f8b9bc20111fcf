// SPDX-License-Identifier: Apache-2.0
//
// A proof that a log has an entry, in one file that is checked offline (C2SP tlog-proof).
//
//   proof = "c2sp.org/tlog-proof@v1" LF ["extra " base64 LF] "index " number LF
//           *( base64( hash ) LF ) LF checkpoint
//
// spicy-torchwood 0.9 reads the same without the first line.
#pragma once
#include "evidence/tlog/checkpoint.hpp"

#include <optional>

namespace kiln::tlog {

struct LogProof {
  uint64_t index = 0;
  std::vector<Digest> hashes;        // from the leaf's sibling up
  std::optional<std::string> extra;  // unauthenticated bytes of whoever made the proof
  std::string checkpoint;            // signed note

  std::string str() const;
  // As spicy-torchwood reads it; without the extra bytes.
  std::string spicy() const;
  // Takes both forms. Fails with corrupt or limit.
  static Result<LogProof> parse(std::string_view bytes);

  bool operator==(const LogProof&) const = default;
};

// Checks that the checkpoint, whose signatures the caller has verified, covers this entry.
// Fails with unverified.
Result<> verify_proof(const LogProof& proof, const Checkpoint& checkpoint, std::string_view entry);

}  // namespace kiln::tlog

// SPDX-License-Identifier: Apache-2.0
//
// What a second build says of the first: whether it gave the same image, and how it was made
// itself.
#pragma once
#include "cli/program.hpp"
#include "evidence/build_record.hpp"
#include "evidence/signing/signer.hpp"
#include "plan/lock.hpp"

#include <string>

namespace kiln::cli {

struct Rebuild {
  const plan::Lock& lock;
  const plan::LockedPlan& locked;
  oci::Descriptor original;  // the manifest that was compared
  Digest rebuilt;
  bool same = false;
  std::string note;  // how they were compared, when not by digest
  UnixTime started = 0;
  UnixTime finished = 0;
};

// The statements about the original manifest: the result, and, where it is a match, provenance of
// the second build. `program` is the digest of this Kiln.
signing::Signed statements_of(const Rebuild& rebuild, const Digest& program);

}  // namespace kiln::cli

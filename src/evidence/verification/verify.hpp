// SPDX-License-Identifier: Apache-2.0
//
// Verifying an image: its bytes, and everything that lies beside it and vouches for it, by the
// rules of a policy. docs/verify.md says what each line of the verdict means.
#pragma once
#include "evidence/tlog/tile_source.hpp"
#include "evidence/verification/exhibits.hpp"
#include "evidence/verification/judge.hpp"

#include <span>
#include <string>

namespace kiln::verification {

struct Question {
  const oci::ImageReader& reader;
  Selection selection;
  const Policy& policy;
  std::span<const PublicKey> keys;          // for signers that the policy names by digest
  std::span<const std::string> bundles;     // sigstore bundles from elsewhere
  std::span<const std::string> locks = {};  // from elsewhere, for an image that has none beside it
  std::string image;                        // its name in a registry; empty elsewhere
  std::string tag = {};                     // by which it was asked for there; may be empty
  UnixTime now = 0;
  size_t threads = 1;
  // The published logs, to be asked what came after.
  std::span<tlog::TileSource* const> logs = {};
};

struct Answer {
  ImageParts parts;
  Exhibits exhibits;
  Judgement judgement;
  Verdict verdict;
};

// What is wrong with image or evidence is in the verdict; an error means that nothing can be said:
// there is no such image, a registry does not answer, or there is more evidence than we accept.
Result<Answer> verify(const Question& question);

}  // namespace kiln::verification

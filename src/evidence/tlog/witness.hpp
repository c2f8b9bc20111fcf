// SPDX-License-Identifier: Apache-2.0
//
// Asking witnesses to cosign a log's checkpoint (C2SP tlog-witness, add-checkpoint).
//
//   request = "old " size LF *63( base64( hash ) LF ) LF checkpoint
//   answer  = 200 and lines of signatures, or 409 and the size that the witness saw last
#pragma once
#include "evidence/tlog/cosignature.hpp"
#include "evidence/tlog/log.hpp"
#include "evidence/tlog/policy.hpp"
#include "net/http.hpp"

namespace kiln::tlog {

std::string witness_request(uint64_t old_size, std::span<const Digest> proof,
                            std::string_view checkpoint);

// Gets a cosignature of the log's newest checkpoint and verifies it. The size that the witness saw
// last is learned from it. Fails with unverified when the witness has seen another history of this
// log or a larger one, with network when it does not answer or refuses.
Result<Cosignature> ask_witness(const PolicyWitness& witness, Log& log, HttpClient& http);

// What became of one witness.
struct WitnessAnswer {
  PolicyWitness witness;
  Result<Cosignature> cosignature;
};

// Asks every witness of the policy that has a URL, at the same time, and adds what they answered
// to the log's published checkpoint. Fails only when that cannot be written.
Result<std::vector<WitnessAnswer>> ask_witnesses(const TrustPolicy& policy, Log& log,
                                                 HttpClient& http);

}  // namespace kiln::tlog

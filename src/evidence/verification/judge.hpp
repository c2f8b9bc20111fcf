// SPDX-License-Identifier: Apache-2.0
//
// From exhibits to what may be believed: which signatures and statements a trusted signer made, and
// what proves when. The rule: whatever a trusted signer made, or is said to have made, must be
// right in every part; whatever others made, and what cannot be read, counts for nothing and is
// only mentioned.
#pragma once
#include "evidence/signing/statement.hpp"
#include "evidence/signing/verify_bundle.hpp"
#include "evidence/verification/exhibits.hpp"
#include "evidence/verification/policy.hpp"
#include "evidence/verification/verdict.hpp"

#include <span>
#include <string>
#include <vector>

namespace kiln::verification {

// A log's word for a signature, with the checkpoint that its proof leads to; empty when there is
// only the log's promise (Rekor v1).
struct LogProof {
  std::string log;  // host
  uint64_t index = 0;
  uint64_t tree_size = 0;
  std::string checkpoint;
};

// One good signature by a trusted signer.
struct Proof {
  std::string signer;  // name
  Form form = Form::bundle;
  std::string where;
  std::vector<UnixTime> times{};  // proven, ascending
  std::vector<LogProof> logs{};
};

// The word of a signer for a manifest as such.
struct ImageSignature {
  Digest target;
  Proof proof;
};

struct SignedStatement {
  Digest target;   // the manifest that it is attached to
  Digest payload;  // of its bytes
  signing::Statement statement;
  std::vector<Proof> proofs;  // never empty
};

struct Judgement {
  std::vector<ImageSignature> signatures;
  std::vector<SignedStatement> statements;  // each once, with all its proofs
  std::map<Digest, size_t> unknown;         // by target: signatures of others

  bool has_signature(const Digest& target) const;
};

// The proofs of all signatures and statements.
std::vector<const Proof*> all_proofs(const Judgement& judgement);

struct Trust {
  const Policy& policy;
  std::span<const Signer> signers;  // the policy's, with their keys
  UnixTime now = 0;

  const signing::TrustedRoot* root() const {
    return policy.trusted_root ? &*policy.trusted_root : nullptr;
  }
};

// The signers of a policy; those that it names by digest get their keys from `keys`. A signer whose
// key is not there is left out, with a line that says so.
std::vector<Signer> signers_of(const Policy& policy, std::span<const PublicKey> keys,
                               Verdict& verdict);

// Judges all exhibits; failed checks and what does not count become lines of the verdict.
Judgement judge(const Exhibits& exhibits, const ImageParts& parts, const Trust& trust,
                Verdict& verdict);

}  // namespace kiln::verification

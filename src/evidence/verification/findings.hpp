// SPDX-License-Identifier: Apache-2.0
//
// The checks that a verdict consists of, one function each. Every function looks at what is known
// of an image and adds its lines; none of them ends the others.
#pragma once
#include "evidence/tlog/tile_source.hpp"
#include "evidence/verification/judge.hpp"
#include "image/inspect.hpp"
#include "plan/lock.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kiln::verification {

// What is known of an image before the checks.
struct Findings {
  const ImageParts& parts;
  const Exhibits& exhibits;
  const Judgement& judgement;
  const Trust& trust;
  std::string image;                                // its name in a registry; may be empty
  const std::map<Digest, image::ImageView>& views;  // of platforms whose bytes are right
  const std::optional<plan::Lock>& lock;            // that lies beside it
  tlog::TileSource* log = nullptr;                  // the published log; may be null
};

// Whether index, platforms and attestation manifests are signed.
void check_signatures(const Findings& findings, Verdict& verdict);

// Whether a log has what was signed, and which witnesses have seen that log.
void check_log(const Findings& findings, Verdict& verdict);
void check_witnesses(const Findings& findings, Verdict& verdict);

// What the log itself tells, where one can be read: that it was not cut off, that no newer image
// came out under the name, and that no key was revoked before it signed.
void check_replay(const Findings& findings, Verdict& verdict);

// When it was signed, and whether that is too long ago.
void check_time(const Findings& findings, Verdict& verdict);

// Which statements are there, and which that the policy demands are not.
void check_statements(const Findings& findings, Verdict& verdict);

// Whether the policy is about images of this name.
void check_name(const Findings& findings, Verdict& verdict);

// SLSA provenance: its builder, and its inputs against the lock's, one by one.
void check_provenance(const Findings& findings, Verdict& verdict);

// SLSA verification summaries: what they stand for and rest on.
void check_summaries(const Findings& findings, Verdict& verdict);

// Bills of materials against the bytes of the layers, file by file.
void check_sboms(const Findings& findings, Verdict& verdict);

// What all of them share: the parts that evidence is about, the index first.
std::vector<Digest> subjects_of(const ImageParts& parts);
// "1 signature", "3 statements" etc. that are about a manifest: the proofs of each.
struct Vouched {
  std::string what;  // "signature", "statement provenance"
  std::vector<const Proof*> proofs;
};
std::vector<Vouched> vouched_for(const Judgement& judgement, const Digest& subject);

}  // namespace kiln::verification

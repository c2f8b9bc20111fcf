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
#include <span>
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
  std::string tag;                                  // by which it was asked for there, likewise
  const std::map<Digest, image::ImageView>& views;  // of platforms whose bytes are right
  const std::vector<plan::Lock>& locks;             // that lie beside it, whoever put them there
  std::span<tlog::TileSource* const> logs = {};     // the published logs that were given
};

// What an index says of its manifests: that each is for the platform of its config, and that there
// is nothing else that a client could run and nobody vouches for.
void check_index(const Findings& findings, Verdict& verdict);

// Whether index, platforms and attestation manifests are signed.
void check_signatures(const Findings& findings, Verdict& verdict);

// Whether a log has what was signed, and which witnesses have seen that log.
void check_log(const Findings& findings, Verdict& verdict);
void check_witnesses(const Findings& findings, Verdict& verdict);

// What the logs themselves tell, where any can be read: that none was cut off, that no newer image
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

// Second builds: whether they gave the same image.
void check_rebuilds(const Findings& findings, Verdict& verdict);

// Bills of materials against the bytes of the layers, file by file.
void check_sboms(const Findings& findings, Verdict& verdict);

// Whether a predicate type is that of documents that check_sboms compares.
bool is_bill_of_materials(std::string_view type);
// Why a statement, though signed, fulfils no demand for its type: a document of another kind, a
// result that is no success. Empty when it does.
std::string why_worthless(const signing::Statement& statement);

// What all of them share: the parts that evidence is about, the index first.
std::vector<Digest> subjects_of(const ImageParts& parts);
// "1 signature", "3 statements" etc. that are about a manifest: the proofs of each.
struct Vouched {
  std::string what;  // "signature", "statement provenance"
  std::vector<const Proof*> proofs;
};
std::vector<Vouched> vouched_for(const Judgement& judgement, const Digest& subject);

}  // namespace kiln::verification

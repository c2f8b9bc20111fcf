// SPDX-License-Identifier: Apache-2.0
//
// What must be true before an image is accepted: a value, read from a small YAML file
// (docs/formats/policy.md) or made from the command line. `kiln verify` and `kiln push` judge by
// it; export.hpp writes it in the languages of other programs.
#pragma once
#include "base/diagnostics.hpp"
#include "base/files.hpp"
#include "crypto/certificate.hpp"
#include "evidence/signing/trusted_root.hpp"
#include "evidence/tlog/note_key.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::verification {

inline constexpr int64_t k_policy_format = 1;
inline constexpr uint64_t k_largest_policy = 1U << 20;

// Whose signatures count: a key; whoever an authority of the trusted root gave a certificate of
// this identity; or, for Notary's signatures, whoever one of these authorities gave a certificate.
struct Signer {
  std::string name;
  std::optional<PublicKey> key;
  std::optional<Digest> key_digest;  // of `key`, or of one to be found with the evidence
  std::string identity;              // a certificate's subject alternative name
  std::string issuer;                // who vouched for it
  std::vector<Certificate> roots;    // of Notary's certificates
  std::string subject;               // that such a certificate must have; empty: any
  signing::Validity validity;        // signatures made at other times do not count

  // "release (key sha256:...)".
  std::string str() const;
};

struct Witness {
  tlog::NoteKey key;
  std::string run_by;  // its operator
  bool own = false;    // the operator of the log runs it, too: its word adds nothing
};

// How much is asked of a kind of evidence.
enum class Demand {
  if_present,  // what is there must be right
  required,    // and it must be there
};

struct Policy {
  std::string name;
  std::vector<std::string> images;  // names it is for, with * and **; empty: all
  std::vector<Signer> signers;
  std::vector<std::string> builders;                   // SLSA builder ids; empty: any
  std::optional<signing::TrustedRoot> trusted_root{};  // logs and authorities
  Demand index_signature = Demand::required;
  Demand platform_signatures = Demand::if_present;
  Demand attestation_signatures = Demand::if_present;
  std::vector<std::string> image_statements;     // predicate types that must be there
  std::vector<std::string> platform_statements;  // the same for each platform
  Demand log = Demand::if_present;
  std::vector<Witness> witnesses;
  size_t quorum = 0;  // how many witnesses of other operators must have cosigned
  Demand timestamp = Demand::if_present;
  std::optional<std::chrono::seconds> image_age;     // greatest, since the image was made
  std::optional<std::chrono::seconds> evidence_age;  // greatest, since it was signed
  Demand sbom = Demand::if_present;
  std::vector<std::string> allowed_differences;  // paths that bill and bytes may disagree about
  Demand provenance = Demand::if_present;
  Digest digest;  // of the file; zero for a policy from the command line
};

// Reads a policy. Files that it names lie relative to `directory`. Every mistake is reported; what
// is returned is of use only when there were none.
Policy read_policy(std::string_view text, const std::string& file, const Path& directory,
                   Diagnostics& diagnostics);

// The policy in a file; fails with bad_input, all mistakes in `diagnostics`.
Result<Policy> load_policy(const Path& file, Diagnostics& diagnostics);

// Whether a policy is about an image of this name, "registry.example/team/app".
bool applies_to(const Policy& policy, std::string_view image);

// The predicate type that a short word stands for ("provenance", "spdx-2.3"), or the URI itself.
Result<std::string> predicate_type(std::string_view word);

// How people call a predicate type: the short word where there is one.
std::string predicate_name(std::string_view type);

}  // namespace kiln::verification

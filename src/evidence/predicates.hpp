// SPDX-License-Identifier: Apache-2.0
//
// The predicates that the signer makes from a build record alone. Their formats: SLSA's own pages
// for provenance and verification summary, docs/build-type.md, and docs/formats/predicates.md.
#pragma once
#include "evidence/build_record.hpp"
#include "evidence/builder.hpp"
#include "plan/lock.hpp"

#include <span>

namespace kiln::evidence {

std::string build_type();       // of images; docs/build-type.md
std::string definition_type();  // predicate types of our own
std::string lock_type();
std::string changelog_type();
std::string rebuild_type();
inline constexpr std::string_view k_provenance_type = "https://slsa.dev/provenance/v1";
inline constexpr std::string_view k_summary_type = "https://slsa.dev/verification_summary/v1";

// SLSA provenance v1 of the image of one platform.
Json provenance(const BuildRecord& record, const PlatformRecord& platform, const Builder& builder);

// What the definition said: its files by digest, where they lie, and for each platform the
// normalised definition that the lock keeps.
Json definition_predicate(const BuildRecord& record, const plan::Lock& lock);

// Which lock led to the image, by digest, with the plan of each platform.
Json lock_predicate(const BuildRecord& record);

// A statement that a verification summary rests on.
struct InputStatement {
  std::string predicate_type;
  Digest digest;  // of the statement's bytes
};

// SLSA VSA v1.2 of the image: names policy_text() as its policy. `time`: when it was verified.
Json verification_summary(const BuildRecord& record, const Builder& builder,
                          std::span<const InputStatement> inputs, UnixTime time);

// The checks that our verification summaries stand for, as canonical JSON: the document at the
// policy's URI. A build from a lock stands for fewer: it reads no index. A change of what is
// checked is a new number in the URI.
enum class BuiltFrom { archives, lock };
std::string policy_text(BuiltFrom from);
std::string policy_uri(BuiltFrom from);

// "pkg:oci/curl?repository_url=dhi.io/curl": what a verification summary says consumers pull.
std::string image_purl(const std::string& image);

}  // namespace kiln::evidence

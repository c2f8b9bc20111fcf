// SPDX-License-Identifier: Apache-2.0
//
// Evidence of builds before, kept in the store. A build whose record says what that of an earlier
// one said, but for its name and times, made nothing new: it takes the statements of the build that
// made the image, instead of having the same image signed and logged once more.
#pragma once
#include "cli/evidence_request.hpp"
#include "cli/session.hpp"
#include "evidence/protocol.hpp"

namespace kiln::cli {

struct RememberedEvidence {
  evidence::Evidence evidence;  // its blobs are the store's
  UnixTime made = 0;
};

// How evidence is found again: everything that it depends on, but for the signer's key ring.
// `request` has every document but the bills of materials, which follow from the plan, the
// program and their formats.
Digest evidence_key(const evidence::Request& request, std::span<const sbom::Format> documents);

// The ring of the signer that a build starts for itself.
struct SignerRing {
  Path directory;
  Digest digest;  // of its public part: changes with every key made, replaced or revoked
};
// Nothing while there is none, or when the configuration names a signer of its own, whose ring is
// not a build's to see: then nothing is remembered.
std::optional<SignerRing> signer_ring(const Session& session);

// Evidence of the same key by the same ring, not older than a day and the last that any name of the
// image had.
std::optional<RememberedEvidence> find_evidence(const Digest& key,
                                                const evidence::BuildRecord& record,
                                                const SignerRing& ring, World& world);

// What a build must keep to remember evidence once its layout is written.
struct EvidenceMemory {
  Digest key;
  std::string record;
  std::vector<Digest> blobs;
};
EvidenceMemory memory_of(const Digest& key, const evidence::Evidence& evidence, UnixTime made);

// Keeps it, its blobs as links to those of `layout`. Where the file system does not let the store
// have them, nothing is kept, and the next build makes evidence again.
Result<> remember_evidence(const EvidenceMemory& memory, const SignerRing& ring, const Path& layout,
                           Store& store);

}  // namespace kiln::cli

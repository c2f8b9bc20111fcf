// SPDX-License-Identifier: Apache-2.0
//
// The index as BuildKit writes it, with unsigned statements inside (BuildKit, docs/attestations/
// attestation-storage.md), for clients that look nowhere else: docker buildx, Docker Scout.
//
//   index'  subject       the image index, which stays what it was
//           manifests     its manifests, and for each an attestation manifest for unknown/unknown
//                         with the annotations vnd.docker.reference.type and .digest
//   attestation manifest  subject: the platform's manifest; layers: its provenance and SPDX 2.3
//
// Statements have times, so index' differs in every run: tags name it only where a push asks so.
#pragma once
#include "evidence/build_record.hpp"
#include "evidence/signing/signer.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kiln::evidence {

// The kind of document by which a record hands its index over.
inline constexpr std::string_view k_index_document = "index";

// The predicate types of the statements that BuildKit itself makes, and its clients look for.
std::vector<std::string> buildkit_types();

// Fails with unverified when the bytes are not the record's index, or it lists other manifests than
// the record's platforms.
Result<> check_index(const BuildRecord& record, std::string_view bytes);

// Index' as text, of an index that was checked and the attestation manifests among what was made.
Result<std::string> attested_index(const BuildRecord& record, std::string_view index,
                                   const signing::SignedObjects& made);

}  // namespace kiln::evidence

// SPDX-License-Identifier: Apache-2.0
//
// The log's record that an image came out: one event for each name it has (docs/formats/log.md).
#pragma once
#include "evidence/check_record.hpp"
#include "evidence/signing/signer.hpp"
#include "evidence/tlog/event.hpp"

#include <vector>

namespace kiln::evidence {

// "registry/app:1.2" for each tag; the repository's name alone for an image without tags.
std::vector<std::string> release_names(const BuildRecord& record);

// The events of a build whose evidence was made. What a name had before is what the build's
// changelog compares with.
std::vector<tlog::ImageRelease> releases_of(const BuildRecord& record, const Documents& documents,
                                            const signing::SignedObjects& made, UnixTime now);

}  // namespace kiln::evidence

// SPDX-License-Identifier: Apache-2.0
//
// The log as its operator publishes it now, beyond the checkpoints that evidence carries.
#pragma once
#include "evidence/tlog/checkpoint.hpp"
#include "evidence/tlog/settings.hpp"
#include "evidence/tlog/tile_source.hpp"
#include "evidence/verification/judge.hpp"

#include <string>

namespace kiln::verification {

struct PublishedLog {
  tlog::LogSettings settings;
  signing::Validity validity;
  tlog::Checkpoint newest;
  std::string note;  // that checkpoint with all its signatures
};

// Whether the trusted root has a log of this name that can be read as a whole.
bool has_readable_log(const signing::TrustedRoot& root, std::string_view origin);

// The newest checkpoint of a source, signed by a log that the trusted root has. One that ended
// still tells of its time. Fails with unverified when the root has no such log.
Result<PublishedLog> read_published(tlog::TileSource& source, const Trust& trust);

// Whether the published log begins with all entries of an older checkpoint (a note). Fails with
// unverified when it has fewer entries, or others.
Result<> check_continues(tlog::TileSource& source, const PublishedLog& log,
                         const std::string& older);

}  // namespace kiln::verification

// SPDX-License-Identifier: Apache-2.0
//
// The LOG of `kiln log`: a directory that `kiln log init` made, a mirror's directory, or a URL.
#pragma once
#include "cli/session.hpp"
#include "evidence/tlog/policy.hpp"
#include "evidence/tlog/settings.hpp"
#include "evidence/tlog/tile_source.hpp"

namespace kiln::cli {

struct OpenedLog {
  std::unique_ptr<tlog::TileSource> source;
  tlog::LogSettings settings;
};

// The log that --log-key, written out or a file, and --origin describe. Fails (bad_input) when the
// former is missing; `log` is what the message calls it.
Result<tlog::LogSettings> described_log(const Arguments& arguments, std::string_view log);

// Opens a log for reading. The key comes from the log's own directory, or from --log-key.
Result<OpenedLog> open_log_argument(Session& session, const Arguments& arguments,
                                    const std::string& log);

// The published checkpoint, its signature verified.
Result<tlog::SignedCheckpoint> newest_checkpoint(const OpenedLog& log);

// The key that signs for the log in a directory: --key FILE, key.pem in the directory, or, for a
// log of a key ring, the ring's. Fails with not_found and a hint when there is none of them.
Result<std::unique_ptr<SigningKey>> log_key(Session& session, const Arguments& arguments,
                                            const Path& directory);

// --policy FILE, when given.
Result<std::optional<tlog::TrustPolicy>> log_policy(const Arguments& arguments);

// A whole number that the user wrote.
Result<uint64_t> parse_count(const std::string& text, std::string_view what);

// The document that every action of `kiln log` answers with.
Json log_document(std::string_view action);
Json checkpoint_json(const tlog::Checkpoint& checkpoint);

}  // namespace kiln::cli

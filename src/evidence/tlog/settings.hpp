// SPDX-License-Identifier: Apache-2.0
//
// What a log is, kept beside its entries in log.json (docs/formats/log.md).
#pragma once
#include "evidence/tlog/checkpoint.hpp"

namespace kiln::tlog {

struct LogSettings {
  std::string origin;  // first line of its checkpoints
  NoteKey key;         // what its checkpoints are verified with

  // A log in C2SP form: an Ed25519 key whose name is the origin.
  static Result<LogSettings> tiles(std::string host, const PublicKey& key);
  // A log as Rekor v1 shows one: an ECDSA key, its name the host, origin "<host> - <tree id>".
  static Result<LogSettings> rekor_v1(const std::string& host, uint64_t tree_id,
                                      const PublicKey& key);
  // Old clients want exactly one signature on the checkpoints of the latter.
  bool takes_cosignatures() const { return key.type() == NoteKeyType::ed25519; }
};

std::string write_settings(const LogSettings& settings);
Result<LogSettings> read_settings(std::string_view json);

}  // namespace kiln::tlog

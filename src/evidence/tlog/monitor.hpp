// SPDX-License-Identifier: Apache-2.0
//
// Following a log: each run goes through the entries that are new since the last one, checks that
// the log only grew, and tells which signatures nobody can account for.
#pragma once
#include "evidence/tlog/entry_view.hpp"
#include "evidence/tlog/settings.hpp"
#include "evidence/tlog/tile_source.hpp"

#include <functional>
#include <set>

namespace kiln::tlog {

// What a monitor remembers of a log: the tree up to the last checkpoint, and that checkpoint.
struct MonitorState {
  Frontier tree;
  std::string checkpoint;  // signed note
};

// Inverses; kept in a file between runs. read_state fails with corrupt when the hashes do not give
// the checkpoint's root.
std::string write_state(const MonitorState& state);
Result<MonitorState> read_state(std::string_view json);

// Reads the log's checkpoint and all entries after `state`. Fails with unverified when the log
// shrank, its past changed, or the entries do not give the root that it signed; entries that
// `entry` was called with are then not to be believed.
Result<MonitorState> follow(TileSource& source, const LogSettings& log,
                            const std::optional<MonitorState>& state,
                            const std::function<Result<>(uint64_t, std::string_view)>& entry);

// Whom a monitor expects to sign, and what.
struct Expectations {
  std::vector<PublicKey> keys;              // empty: any
  bool others_sign = false;                 // entries of other keys are none of our business
  std::optional<std::set<Digest>> digests;  // signed digests or leaf hashes; none: any
};

// Why an entry should wake somebody; nothing when it is as expected.
std::optional<std::string> alarm(const EntryView& view, const Digest& leaf,
                                 const Expectations& expected);

}  // namespace kiln::tlog

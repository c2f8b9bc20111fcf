// SPDX-License-Identifier: Apache-2.0
#include "evidence/tlog/monitor.hpp"

#include "data/json.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::tlog {

namespace {

constexpr int64_t k_format = 1;

// The log must not have shrunk, nor have another past of the same size.
Result<> check_growth(const Checkpoint& now, const std::optional<MonitorState>& state) {
  if (!state) return {};
  if (now.size < state->tree.size())
    return fail(ErrorCode::unverified,
                fmt::format("the log {} shrank from {} to {} entries", now.origin,
                            state->tree.size(), now.size),
                "keep the remembered checkpoint: with the log's new one it proves the rollback");
  if (now.size == state->tree.size() && now.root != state->tree.root())
    return fail(
        ErrorCode::unverified,
        fmt::format("the log {} shows another history of its {} entries", now.origin, now.size),
        "keep both checkpoints: together they prove it");
  return {};
}

}  // namespace

std::string write_state(const MonitorState& state) {
  Json json = Json::object({{"format", k_format}, {"checkpoint", state.checkpoint}});
  json["subtrees"] = Json::array();
  for (const Digest& peak : state.tree.peaks()) json["subtrees"].push_back(peak.hex());
  return pretty(json);
}

Result<MonitorState> read_state(std::string_view text) {
  Json json = TRY(parse_json(text, {.size = 4U << 20}));
  if (TRY(json.get_int("format")) != k_format)
    return fail(ErrorCode::unsupported, "the monitor's state is of another version");
  MonitorState state;
  state.checkpoint = TRY(json.get_string("checkpoint"));
  Checkpoint checkpoint = TRY(SignedCheckpoint::parse(state.checkpoint)).checkpoint;
  std::vector<Digest> peaks;
  std::vector<std::string> digits = TRY(json.get_strings("subtrees"));
  for (const std::string& hex : digits) peaks.push_back(TRY(Digest::from_hex(hex)));
  state.tree = TRY(Frontier::resume(checkpoint.size, std::move(peaks)));
  if (state.tree.root() != checkpoint.root)
    return fail(ErrorCode::corrupt, "the monitor's state does not give its checkpoint's root");
  return state;
}

Result<MonitorState> follow(TileSource& source, const LogSettings& log,
                            const std::optional<MonitorState>& state,
                            const std::function<Result<>(uint64_t, std::string_view)>& entry) {
  std::string bytes = TRY(source.checkpoint());
  Checkpoint now = TRY(open_checkpoint(bytes, log.key, log.origin)).checkpoint;
  if (state) TRY(open_checkpoint(state->checkpoint, log.key, log.origin));
  TRY(check_growth(now, state));
  MonitorState next{state ? state->tree : Frontier(), std::move(bytes)};
  while (next.tree.size() < now.size) {
    std::vector<std::string> entries =
        TRY(read_entries(source, next.tree.size(), now.size, now.size));
    for (const std::string& text : entries) {
      TRY(entry(next.tree.size(), text));
      next.tree.append(leaf_hash(text));
    }
  }
  if (next.tree.root() != now.root)
    return fail(
        ErrorCode::unverified,
        fmt::format("the entries of the log {} do not give the root that it signed", log.origin),
        state ? "its past was changed, or it shows others something else: keep both checkpoints"
              : "");
  return next;
}

std::optional<std::string> alarm(const EntryView& view, const Digest& leaf,
                                 const Expectations& expected) {
  if (!view.is_signature()) return {};
  bool known_key =
      view.signer && std::ranges::find(expected.keys, *view.signer) != expected.keys.end();
  if (!expected.keys.empty() && !known_key) {
    if (expected.others_sign) return {};
    return "signed by a key that is not one of ours";
  }
  bool known = !expected.digests || expected.digests->contains(leaf) ||
               expected.digests->contains(*view.signed_digest);
  if (!known) return "signed with one of our keys, and not by us";
  return {};
}

}  // namespace kiln::tlog

// SPDX-License-Identifier: Apache-2.0
//
// Opening a log: finishing what a writer that was killed, or a machine that lost power, left.
#include "base/strings.hpp"
#include "evidence/tlog/log_files.hpp"

#include <fmt/format.h>

namespace kiln::tlog {

namespace {

std::unexpected<Error> disagree(std::string_view what) {
  return fail(ErrorCode::corrupt, fmt::format("the log is damaged: {}", what),
              "restore it from a mirror of its files, or begin a new log under another name");
}

Result<RightEdge> load_edge(TileSource& tiles, const Checkpoint& checkpoint) {
  Result<RightEdge> edge = RightEdge::load(tiles, checkpoint.size);
  if (!edge) return disagree(edge.error().str());
  if (edge->root() != checkpoint.root)
    return disagree(
        fmt::format("its tiles and its checkpoint of {} entries disagree", checkpoint.size));
  return edge;
}

}  // namespace

Result<std::unique_ptr<LogFiles>> LogFiles::open(const LogPlace& place) {
  LogSettings settings = TRY(load_settings(place.directory));
  Fd lock = TRY(lock_log(place.directory, place.patience));
  std::unique_ptr<LogFiles> log(new LogFiles(place, std::move(settings), std::move(lock)));
  std::vector<JournalRecord> records;
  log->journal_ = TRY(Journal::open(log->disk_, place.directory / "journal", records));
  Result<std::string> boot = read_file(place.directory / "boot", 256);
  bool files_kept = boot && !place.boot.empty() && *boot == place.boot;
  TRY_CONTEXT(log->recover(records, files_kept),
              fmt::format("opening the log in {}", place.directory.string()));
  if (!files_kept) TRY(log->note_boot(place.boot));
  return log;
}

// A checkpoint that cannot be read was lost with the power; one that can be must be the log's own.
Result<std::optional<SignedCheckpoint>> LogFiles::read_published() {
  Result<std::string> bytes = tiles_->checkpoint();
  if (!bytes && bytes.error().code == ErrorCode::not_found) return std::nullopt;
  Result<SignedCheckpoint> published = SignedCheckpoint::parse(TRY(std::move(bytes)));
  if (!published) return std::nullopt;
  if (!verify_note(published->note, settings_.key) ||
      published->checkpoint.origin != settings_.origin)
    return disagree("its published checkpoint was not signed by its key");
  return std::move(*published);
}

// Brings the tree to where the journal is. Files for the first `intact` entries are as they were
// written.
Result<> LogFiles::replay(std::span<const JournalRecord> records, uint64_t intact) {
  SignedCheckpoint base = TRY(SignedCheckpoint::parse(records.front().checkpoint));
  RightEdge edge = TRY(load_edge(*tiles_, base.checkpoint));
  for (const JournalRecord& record : records.subspan(1)) {
    std::vector<TileFile> files = edge.append(record.entries);
    Checkpoint checkpoint = TRY(SignedCheckpoint::parse(record.checkpoint)).checkpoint;
    if (checkpoint.size != edge.size() || checkpoint.root != edge.root())
      return disagree("its journal and its tiles disagree");
    if (edge.size() <= intact) continue;
    for (const TileFile& file : files) TRY(writer_.restore(file.id.path(), file.bytes));
  }
  return {};
}

// Our own key must not have signed anything beside or beyond what the journal promises.
Result<> LogFiles::check_published(const SignedCheckpoint& published) {
  uint64_t size = published.checkpoint.size;
  if (size > head_.checkpoint.size)
    return disagree(
        fmt::format("its checkpoint has {} entries, its journal {}", size, head_.checkpoint.size));
  TreeReader tree(*tiles_, head_.checkpoint.size);
  Digest at_its_size = TRY(root(tree, size));
  if (at_its_size != published.checkpoint.root)
    return disagree(fmt::format("its key signed two different logs of {} entries", size));
  return {};
}

Result<> LogFiles::recover(std::span<const JournalRecord> records, bool files_kept) {
  head_ = TRY(open_checkpoint(records.back().checkpoint, settings_.key, settings_.origin));
  if (head_.checkpoint.size != records.back().size())
    return disagree("its journal has a checkpoint of another size");
  std::optional<SignedCheckpoint> published = TRY(read_published());
  bool is_newest = published && published->checkpoint == head_.checkpoint;
  if (!is_newest || !files_kept)
    TRY(replay(records, files_kept && published ? published->checkpoint.size : 0));
  edge_ = TRY(load_edge(*tiles_, head_.checkpoint));
  if (published) TRY(check_published(*published));
  if (!is_newest) TRY(publish(head_.note.str()));
  for (size_t i = 1; i < records.size(); ++i)
    for (const TileId& id : new_tiles(records[i].first, records[i].size())) unsettled_.insert(id);
  return {};
}

Result<> LogFiles::note_boot(const std::string& boot) {
  TreeWriter top(disk_, directory_, directory_ / "tmp");
  return top.write("boot", boot);
}

}  // namespace kiln::tlog

// SPDX-License-Identifier: Apache-2.0
#include "evidence/tlog/log_files.hpp"

#include "base/strings.hpp"

#include <cerrno>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

namespace kiln::tlog {

namespace {

// Past one of these the journal is emptied, which costs a sync a file.
constexpr size_t k_most_records = 64;
constexpr uint64_t k_largest_journal = 16U << 20;
constexpr uint64_t k_largest_batch = 256U << 20;

Result<> check_batch(std::span<const std::string> entries) {
  uint64_t total = 0;
  for (const std::string& entry : entries) {
    if (entry.size() > k_longest_entry)
      return fail(ErrorCode::limit,
                  fmt::format("an entry of a log has at most {} bytes, not {}", k_longest_entry,
                              entry.size()),
                  "log a digest of it instead");
    total += entry.size();
  }
  if (total > k_largest_batch)
    return fail(ErrorCode::limit,
                fmt::format("a batch of entries has at most {}", human_size(k_largest_batch)));
  return {};
}

}  // namespace

std::string LogPlace::current_boot() {
  Result<std::string> id = read_file("/proc/sys/kernel/random/boot_id", 256);
  return id ? std::string(trim(*id)) : std::string();
}

Result<LogSettings> load_settings(const Path& directory) {
  Path path = directory / "log.json";
  Result<std::string> json = read_file(path, 1U << 16);
  if (!json && json.error().code == ErrorCode::not_found)
    return fail(ErrorCode::not_found, fmt::format("there is no log in {}", directory.string()),
                "make one with `kiln log init`");
  return with_context(read_settings(TRY(std::move(json))),
                      fmt::format("reading {}", path.string()));
}

Result<Fd> lock_log(const Path& directory, std::chrono::milliseconds patience) {
  constexpr std::chrono::milliseconds k_step{5};
  Path path = directory / "lock";
  Fd fd = TRY(open_file(path, O_RDWR | O_CREAT));
  for (auto waited = k_step; ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0; waited += k_step) {
    if (errno != EWOULDBLOCK && errno != EINTR)
      return fail_errno(fmt::format("cannot lock {}", path.string()), errno);
    if (waited > patience)
      return fail(ErrorCode::io,
                  fmt::format("another process is writing the log in {}", directory.string()),
                  "wait until it has ended");
    std::this_thread::sleep_for(k_step);
  }
  return fd;
}

LogFiles::LogFiles(const LogPlace& place, LogSettings settings, Fd lock)
    : directory_(place.directory),
      disk_(place.disk),
      settings_(std::move(settings)),
      lock_(std::move(lock)),
      tiles_(directory_tiles(tree_of(directory_))),
      writer_(disk_, tree_of(directory_), directory_ / "tmp") {}

Result<> LogFiles::create(const LogPlace& place, const LogSettings& settings,
                          const std::string& signed_checkpoint) {
  const Path& log = place.directory;
  TRY(make_directories(log));
  Fd lock = TRY(lock_log(log, place.patience));
  if (std::filesystem::exists(log / "log.json"))
    return fail(ErrorCode::bad_input, fmt::format("there is a log in {} already", log.string()));
  Path temporaries = log / "tmp";
  TRY(place.disk.make_directory(tree_of(log)));
  TRY(place.disk.make_directory(temporaries));
  TreeWriter tree(place.disk, tree_of(log), temporaries);
  TRY(tree.write("checkpoint", signed_checkpoint));
  TRY(tree.settle({}, 0));
  TRY(Journal::create(place.disk, log / "journal", temporaries / "journal",
                      {.first = 0, .entries = {}, .checkpoint = signed_checkpoint}));
  TreeWriter top(place.disk, log, temporaries);
  TRY(top.write("log.json", write_settings(settings)));
  Fd fd = TRY(open_file(log / "log.json", O_RDONLY));
  TRY(place.disk.sync(fd.get(), log / "log.json"));
  return place.disk.sync_directory(log);
}

Result<> LogFiles::append(std::span<const std::string> entries, const Sign& sign) {
  TRY(check_batch(entries));
  if (entries.empty()) return {};
  RightEdge edge = edge_;
  std::vector<TileFile> files = edge.append(entries);
  std::string text = TRY(sign({settings_.origin, edge.size(), edge.root(), {}}));
  SignedCheckpoint head = TRY(SignedCheckpoint::parse(text));
  TRY(journal_->append({edge_.size(), {entries.begin(), entries.end()}, text}));
  edge_ = std::move(edge);
  head_ = std::move(head);
  for (const TileFile& file : files) {
    TRY(writer_.write(file.id.path(), file.bytes));
    unsettled_.insert(file.id);
  }
  TRY(writer_.write("checkpoint", text));
  if (journal_->records() > k_most_records || journal_->bytes() > k_largest_journal)
    return settle();
  return {};
}

Result<> LogFiles::publish(const std::string& signed_checkpoint) {
  return writer_.write("checkpoint", signed_checkpoint);
}

Result<> LogFiles::settle() {
  TRY(writer_.settle(unsettled_, edge_.size()));
  journal_ =
      TRY(Journal::create(disk_, directory_ / "journal", directory_ / "tmp" / "journal",
                          {.first = edge_.size(), .entries = {}, .checkpoint = head_.note.str()}));
  unsettled_.clear();
  return {};
}

}  // namespace kiln::tlog

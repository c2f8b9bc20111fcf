// SPDX-License-Identifier: Apache-2.0
//
// The store's records and its state.
#include "store/boot_mark.hpp"
#include "store/layout.hpp"
#include "store/record.hpp"
#include "store/store.hpp"
#include "store/store_files.hpp"

#include <cstdlib>

#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace kiln {

namespace {

constexpr uint64_t k_largest_state = 64U << 20;

Result<> check_name(std::string_view kind, std::string_view key) {
  if (is_record_name(kind) && is_record_name(key)) return {};
  return fail(ErrorCode::bad_input,
              fmt::format("\"{}/{}\" cannot name a record of the store", kind, key));
}

}  // namespace

std::shared_ptr<const Record> Store::cached(std::string_view kind, std::string_view key) {
  if (!check_name(kind, key)) return nullptr;
  Path path = layout::records(location_) / kind / key;
  struct stat before = {};
  struct stat info = {};
  if (::stat(path.c_str(), &before) != 0) return nullptr;
  auto file = MappedFile::open(path);
  if (!file || ::stat(path.c_str(), &info) != 0) return nullptr;
  // Another process may replace the file meanwhile; then the mark is not that of the mapped bytes.
  bool marked = has_boot_mark(info) && has_boot_mark(before) && info.st_ino == before.st_ino;
  auto payload = marked ? open_checked_record(kind, key, file->bytes())
                        : open_record(kind, key, file->bytes());
  if (!payload) {
    (void)disk_.remove(path);
    return nullptr;
  }
  UnixTime now = clock_.now();
  bool is_large = file->bytes().size() >= k_marked_record;
  bool is_recent = std::abs(now - info.st_mtim.tv_sec) < k_day;
  if (is_large && !(marked && is_recent))
    set_boot_mark(path, is_recent ? info.st_mtim.tv_sec : now);
  else if (!is_recent)
    set_time(path, now);
  return std::make_shared<const Record>(std::move(*file), *payload);
}

Result<> Store::cache(std::string_view kind, std::string_view key, std::string_view bytes) {
  TRY(check_name(kind, key));
  Path directory = layout::records(location_) / kind;
  TRY(disk_.make_directory(directory));
  return write_record(TRY(temporary_blob()), directory / key, kind, key, bytes, Durability::none);
}

Result<> Store::write_record(const Path& temporary, const Path& target, std::string_view kind,
                             std::string_view key, std::string_view bytes, Durability durability) {
  auto written = [&]() -> Result<> {
    Fd fd = TRY(disk_.create(temporary));
    TRY(disk_.write(fd.get(), record_header(kind, key, bytes)));
    TRY(disk_.write(fd.get(), bytes));
    if (durability == Durability::synced) TRY(disk_.sync(fd.get(), temporary));
    return disk_.rename(temporary, target);
  }();
  if (!written) (void)disk_.remove(temporary);
  return with_context(std::move(written), fmt::format("keeping {}/{}", kind, key));
}

Result<std::optional<std::string>> Store::state(std::string_view kind, std::string_view key) const {
  TRY(check_name(kind, key));
  Path path = layout::state(location_) / kind / key;
  auto file = read_file(path, k_largest_state);
  if (!file && file.error().code == ErrorCode::not_found) return std::nullopt;
  std::string bytes = TRY(std::move(file));
  auto payload = open_record(kind, key, bytes);
  if (!payload)
    return fail(ErrorCode::corrupt,
                fmt::format("{} is damaged: {}", path.string(), payload.error().message),
                "restore the file from a backup, or remove it to begin anew without what it says");
  return std::string(*payload);
}

Result<> Store::set_state(std::string_view kind, std::string_view key, std::string_view bytes) {
  return update_state(kind, key, [&](const std::optional<std::string>&) {
    return Result<std::optional<std::string>>(std::string(bytes));
  });
}

Result<> Store::update_state(std::string_view kind, std::string_view key,
                             const StateChange& change) {
  TRY(check_name(kind, key));
  Fd lock = TRY(lock_file(layout::lock(location_.state), LOCK_EX));
  std::optional<std::string> present = TRY(state(kind, key));
  std::optional<std::string> next = TRY(change(present));
  if (!next) return {};
  Path directory = layout::state(location_) / kind;
  TRY(disk_.make_directory(directory));
  Path temporary = TRY(temporary_state());
  TRY(write_record(temporary, directory / key, kind, key, *next, Durability::synced));
  TRY(disk_.sync_directory(directory));
  return disk_.sync_directory(directory.parent_path());
}

}  // namespace kiln

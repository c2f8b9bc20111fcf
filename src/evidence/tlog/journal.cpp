// SPDX-License-Identifier: Apache-2.0
#include "evidence/tlog/journal.hpp"

#include "crypto/digest.hpp"
#include "evidence/tlog/big_endian.hpp"
#include "evidence/tlog/tile.hpp"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace kiln::tlog {

namespace {

constexpr std::string_view k_header = "kiln log journal 1\n";
constexpr uint64_t k_largest_journal = 4ULL << 30;
constexpr size_t k_head_size = 4 + Digest::k_size;

std::string encode(const JournalRecord& record) {
  std::string payload = put_u64(record.first);
  payload += put_u32(static_cast<uint32_t>(record.entries.size()));
  for (const std::string& entry : record.entries) {
    payload += put_u32(static_cast<uint32_t>(entry.size()));
    payload += entry;
  }
  payload += record.checkpoint;
  std::string head = put_u32(static_cast<uint32_t>(payload.size()));
  head += sha256(payload).bytes();
  return head + payload;
}

// The number at the front of `rest`, which it is cut off from; none when that is too short.
template <typename Number>
std::optional<Number> take_number(std::string_view& rest) {
  if (rest.size() < sizeof(Number)) return {};
  auto number = get_big_endian<Number>(rest);
  rest.remove_prefix(sizeof(Number));
  return number;
}

std::optional<JournalRecord> decode(std::string_view payload) {
  JournalRecord record;
  std::optional<uint64_t> first = take_number<uint64_t>(payload);
  std::optional<uint32_t> count = take_number<uint32_t>(payload);
  if (!first || !count) return {};
  record.first = *first;
  for (uint32_t i = 0; i < *count; ++i) {
    std::optional<uint32_t> length = take_number<uint32_t>(payload);
    if (!length || *length > k_longest_entry || *length > payload.size()) return {};
    record.entries.emplace_back(payload.substr(0, *length));
    payload.remove_prefix(*length);
  }
  record.checkpoint = payload;
  return record;
}

// The record at the front of `rest`, cut off from it; none when that is not whole.
std::optional<JournalRecord> take_record(std::string_view& rest) {
  if (rest.size() < k_head_size) return {};
  size_t length = get_u32(rest);
  if (length == 0 || length > rest.size() - k_head_size) return {};
  std::string_view hash = rest.substr(4, Digest::k_size);
  std::string_view payload = rest.substr(k_head_size, length);
  if (sha256(payload).bytes() != hash) return {};
  rest.remove_prefix(k_head_size + length);
  return decode(payload);
}

}  // namespace

Result<std::vector<JournalRecord>> parse_journal(std::string_view bytes, size_t& length) {
  if (!bytes.starts_with(k_header))
    return fail(ErrorCode::corrupt, "the file is not a log's journal of this version");
  std::string_view rest = bytes.substr(k_header.size());
  std::vector<JournalRecord> records;
  while (std::optional<JournalRecord> record = take_record(rest)) {
    bool is_base = records.empty();
    if (is_base != record->entries.empty() || (!is_base && record->first != records.back().size()))
      return fail(ErrorCode::corrupt, "the records of the log's journal do not follow each other");
    records.push_back(std::move(*record));
    length = bytes.size() - rest.size();
  }
  if (records.empty()) return fail(ErrorCode::corrupt, "the log's journal has no beginning");
  return records;
}

Result<Journal> Journal::open(Disk& disk, Path path, std::vector<JournalRecord>& records) {
  std::string bytes = TRY(read_file(path, k_largest_journal));
  size_t length = 0;
  records = TRY_CONTEXT(parse_journal(bytes, length), fmt::format("reading {}", path.string()));
  Fd fd = TRY(open_file(path, O_WRONLY));
  if (length < bytes.size() && ::ftruncate(fd.get(), static_cast<off_t>(length)) != 0)
    return fail_errno(fmt::format("cannot write {}", path.string()), errno);
  if (::lseek(fd.get(), static_cast<off_t>(length), SEEK_SET) < 0)
    return fail_errno(fmt::format("cannot write {}", path.string()), errno);
  Journal journal(disk, std::move(path), std::move(fd));
  journal.bytes_ = length;
  journal.records_ = records.size();
  return journal;
}

Result<Journal> Journal::create(Disk& disk, Path path, const Path& temporary,
                                const JournalRecord& base) {
  TRY(disk.remove(temporary));
  Fd fd = TRY(disk.create(temporary));
  std::string bytes = std::string(k_header) + encode(base);
  TRY(disk.write(fd.get(), bytes));
  TRY(disk.sync(fd.get(), temporary));
  TRY(disk.rename(temporary, path));
  TRY(disk.sync_directory(path.parent_path()));
  Journal journal(disk, std::move(path), std::move(fd));
  journal.bytes_ = bytes.size();
  journal.records_ = 1;
  return journal;
}

Result<> Journal::append(const JournalRecord& record) {
  if (broken_) return fail(ErrorCode::io, "the log's journal could not be written before");
  std::string bytes = encode(record);
  broken_ = true;
  TRY_CONTEXT(disk_->write(fd_.get(), bytes), fmt::format("writing {}", path_.string()));
  TRY(disk_->sync(fd_.get(), path_));
  broken_ = false;
  bytes_ += bytes.size();
  ++records_;
  return {};
}

}  // namespace kiln::tlog

// SPDX-License-Identifier: Apache-2.0
//
// The journal of a log: what was promised and may not be durable as tiles yet. One record, made
// durable by one sync, commits a batch of entries together with the checkpoint that covers it.
//
//   journal = "kiln log journal 1" LF 1*record       ; the first record is the base: no entries
//   record  = length of payload: 4 bytes; SHA-256 of payload; payload
//   payload = index of first entry: 8 bytes; number of entries: 4 bytes;
//             *( length: 4 bytes; entry ); signed checkpoint
//
// All numbers are big endian. A last record that is not whole was never promised to anyone.
#pragma once
#include "store/disk.hpp"

#include <span>
#include <string>
#include <vector>

namespace kiln::tlog {

struct JournalRecord {
  uint64_t first = 0;  // index of the first entry
  std::vector<std::string> entries;
  std::string checkpoint;  // signed, after these entries
  uint64_t size() const { return first + entries.size(); }
};

class Journal {
 public:
  // Reads the journal and cuts off a last record that is not whole. Fails with corrupt when there
  // is no base. `records` gets what it holds, the base first.
  static Result<Journal> open(Disk& disk, Path path, std::vector<JournalRecord>& records);
  // Makes a journal that holds nothing but a base, in place of any other. Durable.
  static Result<Journal> create(Disk& disk, Path path, const Path& temporary,
                                const JournalRecord& base);

  // Makes a record durable. After a failure the journal must be opened anew.
  Result<> append(const JournalRecord& record);
  uint64_t bytes() const { return bytes_; }
  size_t records() const { return records_; }

 private:
  Journal(Disk& disk, Path path, Fd fd)
      : disk_(&disk), path_(std::move(path)), fd_(std::move(fd)) {}
  Disk* disk_;
  Path path_;
  Fd fd_;
  uint64_t bytes_ = 0;
  size_t records_ = 0;
  bool broken_ = false;
};

// The records that whole bytes of a journal hold, and in `length` how many bytes they take.
Result<std::vector<JournalRecord>> parse_journal(std::string_view bytes, size_t& length);

}  // namespace kiln::tlog

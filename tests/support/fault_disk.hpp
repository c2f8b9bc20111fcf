// SPDX-License-Identifier: Apache-2.0
//
// A disk that fails when it is told to, and that can lose power: then every name whose directory
// was not synced and every byte that was not synced may be gone, as POSIX allows.
#pragma once
#include "store/disk.hpp"

#include <map>
#include <random>
#include <vector>

namespace kiln::testing {

class FaultDisk final : public Disk {
 public:
  // Keeps what may have to come back in a directory below `parent`, on the same file system.
  explicit FaultDisk(const Path& parent);

  // The operation with this number from now on (the first is 1) fails once; 0: none does.
  void fail_once(size_t operation, int errno_value);
  // From the operation with this number on, the power is off: everything fails.
  void cut_power(size_t operation);
  bool was_hit() const { return fail_at_ != 0 && count_ >= fail_at_; }

  enum class Loss {
    all,         // every name and byte that was not synced
    bytes,       // names stayed, bytes are lost: files are empty or end in zeros
    some_names,  // the older ones of the unsynced names stayed, bytes are lost at random
  };
  // Leaves the disk as it is found when the power comes back.
  void lose(Loss loss, std::mt19937_64& random);

  Result<Fd> create(const Path& path) override;
  Result<> write(int fd, std::string_view bytes) override;
  Result<> sync(int fd, const Path& path) override;
  Result<> rename(const Path& from, const Path& to) override;
  Result<bool> link(const Path& file, const Path& name) override;
  Result<> sync_directory(const Path& path) override;
  Result<> make_directory(const Path& path) override;
  Result<> remove(const Path& path) override;

 private:
  // A name that may be lost.
  struct Change {
    enum class Kind { create, rename, make_directory, remove } kind;
    Path path;   // what it made, or removed
    Path from;   // of a rename
    Path attic;  // a link to the file that had the name before; may be empty
    Path parent() const { return path.parent_path(); }
  };
  // Bytes that may be lost.
  struct File {
    Fd fd;
    uint64_t synced = 0;
  };

  Result<> step();
  void track(int fd);
  Path keep_in_attic(const Path& path);
  void undo(const Change& change);
  void lose_bytes(const File& file, Loss loss, std::mt19937_64& random);

  TemporaryDirectory attic_;
  size_t in_attic_ = 0;
  size_t count_ = 0;
  size_t fail_at_ = 0;
  int errno_value_ = 0;
  bool for_ever_ = false;
  std::vector<Change> changes_;
  std::map<uint64_t, File> files_;  // by inode
};

}  // namespace kiln::testing

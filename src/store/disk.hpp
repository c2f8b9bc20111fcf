// SPDX-License-Identifier: Apache-2.0
//
// The operations by which the store changes the disk. They are an interface so that tests can make
// each of them fail in turn, or lose what was not yet made durable, as a power cut does.
#pragma once
#include "base/files.hpp"

namespace kiln {

class Disk {
 public:
  virtual ~Disk() = default;
  // A new file, open for writing; it is an error when the name exists.
  virtual Result<Fd> create(const Path& path) = 0;
  virtual Result<> write(int fd, std::string_view bytes) = 0;
  // Makes a file's bytes durable (fdatasync).
  virtual Result<> sync(int fd, const Path& path) = 0;
  // Gives a file its name, replacing what had it.
  virtual Result<> rename(const Path& from, const Path& to) = 0;
  // Gives a file a second name; false when that is there already, or cannot be: on another file
  // system, or on one without links.
  virtual Result<bool> link(const Path& file, const Path& name) = 0;
  // Makes the names in a directory durable.
  virtual Result<> sync_directory(const Path& path) = 0;
  // One level; a directory that exists is fine.
  virtual Result<> make_directory(const Path& path) = 0;
  // A file or an empty directory; absent is fine.
  virtual Result<> remove(const Path& path) = 0;
};

// The real one; stateless, shared by all.
Disk& real_disk();

}  // namespace kiln

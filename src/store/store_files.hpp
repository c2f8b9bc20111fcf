// SPDX-License-Identifier: Apache-2.0
//
// What the parts of the store do with files alike.
#pragma once
#include "base/files.hpp"
#include "base/time.hpp"
#include "store/disk.hpp"

#include <functional>
#include <string>

namespace kiln {

// How old a time of use may be before it is set anew, in seconds.
inline constexpr UnixTime k_day = 86'400;

// Sets the time of last change. A whole second is the mark of a blob that is whole and durable:
// whoever edits it in place, be it through a hard link from a layout, gives it a fraction.
void set_time(const Path& path, UnixTime time, long nanoseconds = 0);

// Moves a damaged file to the quarantine, unless `still_bad`, asked under the lock (flock) on the
// quarantine that everybody takes who moves one, says that it is not there any more or that another
// process has put that right. Whether it was moved.
Result<bool> set_aside(const Path& path, const Path& quarantine, const std::string& name,
                       Disk& disk, const std::function<bool()>& still_bad);

// What a disk answers about a file that the store itself named is io, whatever was wrong: no
// mistake of the user's, nor of the mirror that the bytes come from.
template <typename T>
Result<T> of_disk(Result<T> result) {
  if (!result) result.error().code = ErrorCode::io;
  return result;
}

// Opens a lock file, made when it is absent, and waits for its lock: LOCK_SH or LOCK_EX (flock(2)).
Result<Fd> lock_file(const Path& path, int operation);

}  // namespace kiln

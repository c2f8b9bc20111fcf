// SPDX-License-Identifier: Apache-2.0
//
// What the parts of the store do with files alike.
#pragma once
#include "base/files.hpp"
#include "base/time.hpp"

namespace kiln {

// How old a time of use may be before it is set anew, in seconds.
inline constexpr UnixTime k_day = 86'400;

// Sets the time of last change to a whole second. On a blob that is the mark of having been found
// whole: whoever edits it in place, be it through a hard link from a layout, gives it a fraction.
void set_time(const Path& path, UnixTime time);

// Opens a lock file, made when it is absent, and waits for its lock: LOCK_SH or LOCK_EX (flock(2)).
Result<Fd> lock_file(const Path& path, int operation);

}  // namespace kiln

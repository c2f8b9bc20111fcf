// SPDX-License-Identifier: Apache-2.0
//
// What a path that is to be written names: a file that can be replaced, or something that is only
// written to, like a pipe. Renaming a new file to the name of a device would remove the device.
#pragma once
#include "base/files.hpp"

#include <optional>

namespace kiln {

// What `-` stands for.
inline constexpr std::string_view k_standard_output = "/proc/self/fd/1";

// A path for messages: standard output is called so where `-` named it.
std::string output_name(const Path& path);

struct OutputTarget {
  Path path;                 // of the file; where symbolic links lead
  std::optional<Fd> stream;  // open for writing: a pipe, a character device, standard output
};

// Fails with bad_input on directories, names that end with a slash, block devices, sockets,
// symbolic links to nothing, and where the kernel refuses to follow a link (protected_symlinks).
// Opening a named pipe waits for its reader.
Result<OutputTarget> find_output_target(const Path& path);

// Whether a path names what this process has as its standard output, if that is no regular file
// with a name of its own.
bool is_standard_output(const Path& path);

}  // namespace kiln

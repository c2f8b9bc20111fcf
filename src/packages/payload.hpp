// SPDX-License-Identifier: Apache-2.0
//
// The data archive of a package, which deb and apk share: a tar whose members become the files of a
// root file system.
#pragma once
#include "packages/unpacked.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::packages {

// The members of a decompressed data archive with clean paths and digests of their content. Refuses
// (corrupt) absolute paths and such with "..", a path twice unless both are directories, and hard
// links to anything but a file before them; and (unverified) content that is not what the member's
// own checksum says, where it has one.
// `read` is told of large parts of `tar` when they are done with.
using PartRead = std::function<void(std::string_view part)>;
Result<std::vector<PackageFile>> read_payload(std::string_view tar, const PartRead& read = {});

// The clean form of a member's path. Fails with corrupt on absolute paths and such with "..".
Result<std::string> member_path(std::string_view path);

// "Q1" and the base64 of the SHA-1: how apk's files write a checksum.
std::string apk_checksum(std::string_view bytes);

}  // namespace kiln::packages

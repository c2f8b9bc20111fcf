// SPDX-License-Identifier: Apache-2.0
//
// A decoded package as bytes, for the store's records:
//
//   record  = magic id*3 package[32] text(checksum) payload[32] files control
//   magic   = "KILNUNP2"
//   id, ... = text                        ; name, version, architecture
//   files   = u32 *file
//   file    = text(path) type u8, mode u32, uid u32, gid u32, mtime i64, offset u64, size u64,
//             sha256[32], text(link), u32 *(text text)(xattrs), major u32, minor u32,
//             text(checksum)
//   control = u32 *(text text)
//   text    = u32 *byte
//
// Numbers have the machine's byte order: the record is a cache of one machine.
#pragma once
#include "packages/unpacked.hpp"

#include <string>
#include <string_view>

namespace kiln::packages {

std::string to_record(const UnpackedPackage& package);

// The inverse. Fails (corrupt) on anything that to_record did not write.
Result<UnpackedPackage> from_record(std::string_view record);

}  // namespace kiln::packages

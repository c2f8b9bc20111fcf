// SPDX-License-Identifier: Apache-2.0
//
// The hashes of a package that documents need besides SHA-256, made once and remembered by the
// package's digest:
//
//   record  kind "sbom-package", key = hex SHA-256 of the package file
//           magic sha512[64] u32 *(offset u64, sha1[20])
//   magic   = "KILNSBP1"
//
// Offsets are those of the files' contents in the payload, ascending. Numbers have the machine's
// byte order: the record is a cache of one machine.
#pragma once
#include "packages/unpacked.hpp"
#include "store/store.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::sbom {

struct FileHash {
  uint64_t offset = 0;
  std::array<char, 20> sha1{};
  bool operator==(const FileHash&) const = default;
};

struct PackageHashes {
  std::string sha512;           // of the package file, hexadecimal
  std::vector<FileHash> files;  // ascending by offset

  // The SHA-1 of the content at that offset; null when no file begins there.
  const std::array<char, 20>* find(uint64_t offset) const;
  bool operator==(const PackageHashes&) const = default;
};

// Of a package whose file and payload are in the store (not_found).
Result<PackageHashes> hashes_of(const packages::UnpackedPackage& package, Store& store);

// The record's bytes, and back; corrupt on anything else.
std::string to_record(const PackageHashes& hashes);
Result<PackageHashes> hashes_from_record(std::string_view record);

}  // namespace kiln::sbom

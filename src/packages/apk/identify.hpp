// SPDX-License-Identifier: Apache-2.0
//
// From what a signed index says of a package file to the file's SHA-256. An APKINDEX names a
// package by the SHA-1 of its control segment (`C:`) and its size (`S:`), which is no name for the
// whole file; Kiln's plans and store know files by SHA-256 alone. So the file is fetched, the whole
// chain is checked (apk_file.hpp), and its SHA-256 is remembered by what the index said.
#pragma once
#include "crypto/digest.hpp"
#include "model/package_id.hpp"
#include "world/world.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::packages::apk {

// What an index promises of a file.
struct Promise {
  model::PackageId id;
  std::string checksum;           // "Q1...", as `C:` has it
  uint64_t size = 0;              // bytes
  std::vector<std::string> urls;  // one a mirror, in order of preference
};

// The SHA-256 of each promised file, in order; several files at a time. A file that had to be
// fetched is in the store afterwards, if and only if it keeps the promise. Fails with unverified
// when no mirror has a file that does, with not_found (also offline), network or corrupt.
Result<std::vector<Digest>> identify(std::span<const Promise> promises, World& world);

// Fails with unverified and says which link is broken unless the bytes are the promised file.
Result<> check_promise(const Promise& promise, std::string_view file);

}  // namespace kiln::packages::apk

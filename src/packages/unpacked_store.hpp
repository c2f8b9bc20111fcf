// SPDX-License-Identifier: Apache-2.0
//
// Packages that were decoded before: the data archive lies decompressed in the store, and a record
// describes it. A record's kind is of one package format and changes with what it holds.
#pragma once
#include "base/result.hpp"
#include "codec/decompress.hpp"
#include "packages/unpacked.hpp"
#include "store/store.hpp"

#include <memory>
#include <string_view>

namespace kiln::packages {

using SharedPackage = std::shared_ptr<const UnpackedPackage>;

// Null when the package was not decoded before or its payload has left the store.
SharedPackage find_unpacked(std::string_view kind, const Digest& package, Store& store);

// Decompresses a data archive into the store, and reads its members. Fails with corrupt on a
// malformed or hostile archive, unverified on content that is not what it says (read_payload()),
// and limit above 16 GiB.
Result<> unpack_payload(std::string_view data, Compression compression, UnpackedPackage& unpacked,
                        Store& store);

Result<SharedPackage> keep_unpacked(std::string_view kind, UnpackedPackage unpacked, Store& store);

// What is said of a file that is another package than its index says.
std::unexpected<Error> another_package(const model::PackageId& expected,
                                       const model::PackageId& found);

}  // namespace kiln::packages

// SPDX-License-Identifier: Apache-2.0
//
// Sources over files that the readers of this folder share.
#pragma once
#include "base/files.hpp"
#include "crypto/digest.hpp"

#include <memory>

namespace kiln::oci {

// `size` bytes at `offset` of an open file; several may read the same file at once.
std::unique_ptr<Source> slice_source(std::shared_ptr<const Fd> file, uint64_t offset,
                                     uint64_t size);

// Hands on what `from` gives, and fails with unverified when that was not the bytes of the digest
// or not so many.
std::unique_ptr<Source> verified_source(std::unique_ptr<Source> from, const Digest& digest,
                                        uint64_t size);

// A file's length.
Result<uint64_t> file_size(const Fd& file);

}  // namespace kiln::oci

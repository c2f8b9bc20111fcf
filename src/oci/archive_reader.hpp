// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "oci/reader.hpp"

namespace kiln::oci {

// Reads an image archive from a file: a tar, or a compressed one, which is decompressed into a
// temporary file first.
Result<std::unique_ptr<ImageReader>> open_archive(Fd file);

// Whether a file's first bytes are a tar's header or compressed, so that it may be an archive.
Result<bool> begins_like_an_archive(const Path& path);

}  // namespace kiln::oci

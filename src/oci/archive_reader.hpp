// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "oci/reader.hpp"

namespace kiln::oci {

// Reads an image archive from a file: a tar, or a compressed one, which is decompressed into a
// temporary file first.
Result<std::unique_ptr<ImageReader>> open_archive(Fd file);

}  // namespace kiln::oci

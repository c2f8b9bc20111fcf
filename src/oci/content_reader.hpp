// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "oci/content.hpp"
#include "oci/reader.hpp"

namespace kiln::oci {

// Reads images from what a layout will be written from. The content must outlive the reader and
// not change.
std::unique_ptr<ImageReader> read_content(const Content& content);

}  // namespace kiln::oci

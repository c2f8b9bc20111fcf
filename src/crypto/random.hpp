// SPDX-License-Identifier: Apache-2.0
//
// Bytes that nobody can guess.
#pragma once
#include <string>

namespace kiln {

std::string random_bytes(size_t size);

}  // namespace kiln

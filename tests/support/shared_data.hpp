// SPDX-License-Identifier: Apache-2.0
//
// Test data that lies beside the checkout in ../shared, where it is present.
#pragma once
#include "base/files.hpp"

#include <optional>
#include <string_view>

namespace kiln::testing {

// The path of a file of ../shared, or nothing when it is not there (the test then skips and says
// so).
std::optional<Path> shared_file(std::string_view relative);

// A fresh seed for a random test, printed, or the one that KILN_TEST_SEED names.
uint64_t fresh_seed();

}  // namespace kiln::testing

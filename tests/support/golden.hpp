// SPDX-License-Identifier: Apache-2.0
//
// Texts that must stay as they are, kept in tests/golden/. ACCEPT=1 in the environment rewrites
// them instead of comparing.
#pragma once
#include <string>
#include <string_view>

namespace kiln::testing {

// The content of tests/golden/<name>; throws, which fails the test, when there is none.
std::string golden(std::string_view name);

// Expects a text to equal tests/golden/<name>, byte for byte.
void expect_golden(std::string_view name, std::string_view text);

}  // namespace kiln::testing

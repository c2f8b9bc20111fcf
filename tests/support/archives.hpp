// SPDX-License-Identifier: Apache-2.0
//
// Small archives for tests.
#pragma once
#include <string>
#include <utility>
#include <vector>

namespace kiln::testing {

// An ar archive as dpkg-deb writes it, of members {name, data}.
std::string ar_bytes(const std::vector<std::pair<std::string, std::string>>& members);

}  // namespace kiln::testing

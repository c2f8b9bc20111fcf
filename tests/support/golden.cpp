// SPDX-License-Identifier: Apache-2.0
#include "support/golden.hpp"

#include "base/files.hpp"
#include "support/result_matchers.hpp"

#include <cstdlib>

namespace kiln::testing {

namespace {

Path golden_path(std::string_view name) {
  return Path(KILN_SOURCE_DIR) / "tests" / "golden" / name;
}

}  // namespace

std::string golden(std::string_view name) {
  return value(read_file(golden_path(name)));
}

void expect_golden(std::string_view name, std::string_view text) {
  Path path = golden_path(name);
  if (const char* accept = std::getenv("ACCEPT"); accept != nullptr && *accept == '1') {
    ASSERT_OK(make_directories(path.parent_path()));
    ASSERT_OK(write_file(path, text));
    return;
  }
  EXPECT_EQ(text, golden(name)) << "golden file " << name << "; ACCEPT=1 rewrites it";
}

}  // namespace kiln::testing

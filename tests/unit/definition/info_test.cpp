// SPDX-License-Identifier: Apache-2.0
#include "definition/info.hpp"

#include <gtest/gtest.h>

namespace kiln::definition {
namespace {

TEST(Info, ReadsAndChecks) {
  Diagnostics diagnostics;
  auto info = load_info("info.yaml",
                        "metadata:\n  display-name: curl\n  featured: false\n"
                        "  categories: [developer-tools, securty]\n"
                        "  included-tools: [{name: a, description: b}]\n",
                        diagnostics);
  ASSERT_TRUE(info) << diagnostics.print(false);
  EXPECT_EQ(info->metadata.display_name.value, "curl");
  EXPECT_EQ(info->metadata.included_tools[0].description.value, "b");
  ASSERT_EQ(diagnostics.size(), 1U);
  EXPECT_EQ(diagnostics.list()[0].advice, "did you mean \"security\"?");
}

TEST(Info, ReportsUnknownKeys) {
  Diagnostics diagnostics;
  EXPECT_FALSE(load_info("info.yaml", "metadata: {display_name: x}\n", diagnostics));
  EXPECT_EQ(diagnostics.list()[0].advice, "did you mean \"display-name\"?");
}

}  // namespace
}  // namespace kiln::definition

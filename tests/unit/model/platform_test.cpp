// SPDX-License-Identifier: Apache-2.0
#include "model/platform.hpp"

#include <gtest/gtest.h>

namespace kiln::model {
namespace {

TEST(Platform, ParseAndPrintAreInverses) {
  for (std::string text : {"linux/amd64", "linux/arm64", "linux/arm/v7", "linux/ppc64le"})
    EXPECT_EQ(Platform::parse(text).value().str(), text);
  EXPECT_EQ(Platform::parse("linux/arm64/v8").value().str(), "linux/arm64");
}

TEST(Platform, RefusesWhatIsNotBuilt) {
  for (std::string text : {"", "linux", "windows/amd64", "linux/", "linux/AMD64", "linux/a/b/c"})
    EXPECT_FALSE(Platform::parse(text)) << text;
}

}  // namespace
}  // namespace kiln::model

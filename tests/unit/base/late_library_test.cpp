// SPDX-License-Identifier: Apache-2.0
#include "base/late_library.hpp"

#include "support/result_matchers.hpp"

#include <gtest/gtest.h>

namespace kiln {
namespace {

TEST(LateLibrary, CallsWhatItLoaded) {
  LateLibrary library("libm.so.6");
  LateCall<double(double, double)> fmod(library, "fmod");
  ASSERT_OK(library.load());
  ASSERT_OK(library.load()) << "a second time";
  EXPECT_EQ(fmod(7.0, 4.0), 3.0);
}

TEST(LateLibrary, NamesALibraryThatIsNotThere) {
  LateLibrary library("libkiln-absent.so.9");
  for (int i = 0; i < 2; ++i) {
    auto loaded = library.load();
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, ErrorCode::not_found);
    EXPECT_NE(loaded.error().message.find("libkiln-absent.so.9"), std::string::npos);
    EXPECT_EQ(loaded.error().hint, "install the package that libkiln-absent.so.9 belongs to");
  }
}

TEST(LateLibrary, NamesACallThatIsNotThere) {
  LateLibrary library("libm.so.6");
  LateCall<double(double)> absent(library, "kiln_absent");
  auto loaded = library.load();
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().message, "libm.so.6 has no kiln_absent");
}

}  // namespace
}  // namespace kiln

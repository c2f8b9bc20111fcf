// SPDX-License-Identifier: Apache-2.0
#include "codec/elf.hpp"

#include "base/files.hpp"
#include "support/result_matchers.hpp"

#include <gtest/gtest.h>

namespace kiln {
namespace {

TEST(Elf, CutOrBrokenObjectsAreNone) {
  EXPECT_FALSE(read_shared_object(""));
  EXPECT_FALSE(read_shared_object("\177ELF"));
  EXPECT_FALSE(read_shared_object(std::string("\177ELF\2\1\1") + std::string(60, '\xff')));
  std::string real = testing::value(read_file("/proc/self/exe", 1U << 30)).substr(0, 4096);
  for (size_t size = 0; size < real.size(); size += 37) {
    EXPECT_FALSE(read_shared_object(std::string_view(real).substr(0, size))) << size;
  }
}

}  // namespace
}  // namespace kiln

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

// A shared object of nothing but its name, in either class and byte order.
std::string small_object(bool wide, bool big_endian, uint16_t machine) {
  std::string out("\177ELF");
  auto put = [&](uint64_t value, size_t size) {
    for (size_t i = 0; i < size; ++i)
      out += static_cast<char>(value >> 8 * (big_endian ? size - 1 - i : i) & 0xff);
  };
  const size_t word = wide ? 8 : 4;
  const uint64_t head = wide ? 64 : 52, segment = wide ? 56 : 32;
  const uint64_t dynamic = head + 2 * segment, strings = dynamic + 6 * word;
  out += {static_cast<char>(wide ? 2 : 1), static_cast<char>(big_endian ? 2 : 1), 1};
  out.resize(16, '\0');
  put(3, 2), put(machine, 2), put(1, 4);        // ET_DYN
  put(0, word), put(head, word), put(0, word);  // entry, segments, sections
  put(0, 4), put(head, 2), put(segment, 2), put(2, 2);
  out.resize(head, '\0');
  auto put_segment = [&](uint32_t type, uint64_t offset, uint64_t size) {
    put(type, 4);
    if (wide) put(0, 4);
    put(offset, word), put(offset, word), put(offset, word), put(size, word), put(size, word);
    if (!wide) put(0, 4);
    put(0, word);
  };
  put_segment(1, 0, strings + 16);    // PT_LOAD
  put_segment(2, dynamic, 6 * word);  // PT_DYNAMIC
  put(14, word), put(1, word);        // DT_SONAME
  put(5, word), put(strings, word);   // DT_STRTAB
  put(0, word), put(0, word);
  out += std::string("\0libsmall.so.1\0", 16);
  return out;
}

TEST(Elf, ReadsBothClassesAndByteOrders) {
  for (bool wide : {false, true})
    for (bool big_endian : {false, true}) {
      auto object = read_shared_object(small_object(wide, big_endian, 22));
      ASSERT_TRUE(object) << wide << big_endian;
      EXPECT_EQ(object->soname, "libsmall.so.1");
      EXPECT_EQ(object->machine, 22);
      EXPECT_EQ(object->is_64_bit, wide);
      EXPECT_EQ(object->is_big_endian, big_endian);
    }
}

}  // namespace
}  // namespace kiln

// SPDX-License-Identifier: Apache-2.0
#include "base/files.hpp"

#include "base/bytes.hpp"
#include "base/process.hpp"
#include "base/threads.hpp"
#include "support/result_matchers.hpp"

#include <gtest/gtest.h>

namespace kiln {
namespace {

using testing::value;

TEST(Files, AnUncommittedFileLeavesNothing) {
  TemporaryDirectory place = value(TemporaryDirectory::create());
  {
    AtomicFile file = value(AtomicFile::create(place.path() / "x"));
    ASSERT_OK(file.write("half"));
  }
  EXPECT_TRUE(value(list_directory(place.path())).empty());
}

TEST(Files, WriteReadMap) {
  TemporaryDirectory place = value(TemporaryDirectory::create());
  ASSERT_OK(write_file(place.path() / "x", "hello"));
  EXPECT_EQ(value(read_file(place.path() / "x")), "hello");
  EXPECT_EQ(value(MappedFile::open(place.path() / "x")).bytes(), "hello");
  EXPECT_EQ(read_file(place.path() / "x", 3).error().code, ErrorCode::limit);
}

TEST(Files, CleanPathRefusesTraversal) {
  EXPECT_EQ(value(clean_path("./usr//bin/./x/")), "usr/bin/x");
  EXPECT_EQ(value(clean_path("/")), "");
  EXPECT_FALSE(clean_path("a/../../etc"));
  EXPECT_FALSE(clean_path(std::string_view("a\0b", 3)));
}

TEST(Bytes, HexAndBase64AreInverses) {
  for (std::string text : {"", "a", "ab", "abc", "\xff\x00\x10 x"}) {
    EXPECT_EQ(value(from_hex(to_hex(text))), text);
    EXPECT_EQ(value(from_base64(to_base64(text))), text);
  }
  EXPECT_FALSE(from_base64("a==="));
  EXPECT_FALSE(from_base64("QR=="));  // "QQ==" is the form of this byte
  EXPECT_FALSE(from_base64("QUJ="));
  EXPECT_FALSE(from_hex("zz"));
}

TEST(Threads, TheLowestFailureIsReported) {
  Result<> result = parallel_for(100, 4, [](size_t i) -> Result<> {
    if (i % 10 == 3) return fail(ErrorCode::io, std::to_string(i));
    return {};
  });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "3");
}

TEST(Process, InputOutputAndExit) {
  ProcessResult echo =
      value(run_process({.arguments = {"cat"}, .input = std::string(1 << 20, 'x')}));
  EXPECT_EQ(echo.output.size(), size_t{1} << 20);
  EXPECT_EQ(value(run_process({.arguments = {"false"}})).exit_code, 1);
  EXPECT_EQ(run_process({.arguments = {"no-such-program"}}).error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace kiln

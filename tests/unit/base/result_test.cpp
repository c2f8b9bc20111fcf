// SPDX-License-Identifier: Apache-2.0
#include "base/result.hpp"

#include <cerrno>

#include <gtest/gtest.h>

namespace kiln {
namespace {

TEST(FailErrno, TellsANameThatCannotBeUsedFromADiskThatFailed) {
  EXPECT_EQ(fail_errno("x", ENOENT).error().code, ErrorCode::not_found);
  for (int wrong : {EACCES, EPERM, EROFS, EISDIR, ENOTDIR, ENAMETOOLONG, ELOOP, ENXIO})
    EXPECT_EQ(fail_errno("x", wrong).error().code, ErrorCode::bad_input) << wrong;
  for (int broken : {EIO, ENOSPC, EDQUOT, EMFILE, ENOMEM})
    EXPECT_EQ(fail_errno("x", broken).error().code, ErrorCode::io) << broken;
}

TEST(FailErrno, SaysOfAFullDiskWhereToFreeSpace) {
  Error error = fail_errno("cannot write", ENOSPC).error();
  EXPECT_TRUE(error.hint.starts_with("free some space there")) << error.hint;
  EXPECT_NE(error.hint.find("where Kiln's store lies"), std::string::npos) << error.hint;
}

}  // namespace
}  // namespace kiln

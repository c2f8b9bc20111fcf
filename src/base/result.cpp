// SPDX-License-Identifier: Apache-2.0
#include "base/result.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>

namespace kiln {

std::string_view str(ErrorCode code) {
  switch (code) {
    case ErrorCode::bad_input:
      return "bad_input";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::unverified:
      return "unverified";
    case ErrorCode::corrupt:
      return "corrupt";
    case ErrorCode::limit:
      return "limit";
    case ErrorCode::unsatisfiable:
      return "unsatisfiable";
    case ErrorCode::network:
      return "network";
    case ErrorCode::io:
      return "io";
    case ErrorCode::unsupported:
      return "unsupported";
    case ErrorCode::interrupted:
      return "interrupted";
  }
  return "unknown";
}

std::string Error::str() const {
  std::string text = message;
  for (size_t i = 0; i < context.size(); ++i)
    text += fmt::format("{}while {}", i == 0 ? " (" : ", ", context[i]);
  if (!context.empty()) text += ')';
  return text;
}

namespace {

// What is wrong with the name, and not with the disk, is a mistake of whoever named it.
ErrorCode code_of(int errno_value) {
  switch (errno_value) {
    case ENOENT:
      return ErrorCode::not_found;
    case EACCES:
    case EPERM:
    case EROFS:
    case EISDIR:
    case ENOTDIR:
    case ENAMETOOLONG:
    case ELOOP:
    case ENXIO:  // a socket, or a device without a driver
      return ErrorCode::bad_input;
    default:
      return ErrorCode::io;
  }
}

}  // namespace

std::unexpected<Error> fail_errno(std::string_view what, int errno_value) {
  ErrorCode code = code_of(errno_value);
  std::string hint;
  if (errno_value == ENOSPC || errno_value == EDQUOT) {
    hint =
        "free some space there and run it again; where Kiln's store lies, `kiln store prune` drops "
        "what no recent build used";
  }
  char buffer[256];
  const char* words = strerror_r(errno_value, buffer, sizeof buffer);
  return fail(code, fmt::format("{}: {}", what, words), std::move(hint));
}

void assertion_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "kiln: internal error: %s does not hold at %s:%d\n", condition, file, line);
  std::abort();
}

}  // namespace kiln

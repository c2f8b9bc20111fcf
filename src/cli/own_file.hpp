// SPDX-License-Identifier: Apache-2.0
//
// Files that the user names on the command line. One that is not what it should be is a mistake of
// the user's (exit 2), where the same bytes from elsewhere would be evidence that fails (exit 3).
#pragma once
#include "base/result.hpp"

#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace kiln::cli {

// What was read from a file of the user's: corrupt becomes bad_input, and the error names the file.
template <typename T>
Result<T> from_own_file(Result<T> result, std::string_view file) {
  if (result) return result;
  if (result.error().code == ErrorCode::corrupt) result.error().code = ErrorCode::bad_input;
  return with_context(std::move(result), fmt::format("reading {}", file));
}

}  // namespace kiln::cli

// SPDX-License-Identifier: Apache-2.0
//
// Assertions on Result: EXPECT_OK shows the error it found; VALUE takes the value or ends the test.
#pragma once
#include "base/result.hpp"

#include <gtest/gtest.h>

namespace kiln::testing {

template <typename T>
::testing::AssertionResult is_ok(const Result<T>& result) {
  if (result) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "error: " << result.error().str();
}

// Throws inside a test, which GoogleTest reports as a failure, when there is no value.
template <typename T>
T value(Result<T> result) {
  if (!result) throw std::runtime_error("unexpected error: " + result.error().str());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace kiln::testing

#define EXPECT_OK(expression) EXPECT_TRUE(::kiln::testing::is_ok(expression))
#define ASSERT_OK(expression) ASSERT_TRUE(::kiln::testing::is_ok(expression))

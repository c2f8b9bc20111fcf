// SPDX-License-Identifier: Apache-2.0
//
// The wall times of a step that is run a number of times; each bench prints its own table of them.
#pragma once
#include "base/result.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace kiln::bench {

// The times of `runs` runs in milliseconds, sorted; none, and a line that says why, when one fails.
inline std::vector<double> measure(const std::string& name, size_t runs,
                                   const std::function<Result<>()>& step) {
  std::vector<double> times;
  for (size_t i = 0; i < runs; ++i) {
    auto start = std::chrono::steady_clock::now();
    if (Result<> done = step(); !done) {
      fmt::print("{}: {}\n", name, done.error().str());
      return {};
    }
    std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    times.push_back(took.count());
  }
  std::ranges::sort(times);
  return times;
}

}  // namespace kiln::bench

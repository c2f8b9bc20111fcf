// SPDX-License-Identifier: Apache-2.0
//
// The times of a step that is run a number of times; each bench prints its own table of them.
// Processor time is that of all threads: a busy machine says little by the other.
#pragma once
#include "base/result.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

namespace kiln::bench {

// Milliseconds, sorted.
struct Times {
  std::vector<double> wall;
  std::vector<double> processor;
};

inline double median(const std::vector<double>& sorted) {
  return sorted[sorted.size() / 2];
}

inline double processor_milliseconds() {
  timespec now = {};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

// The times of `runs` runs, at least one. Fails with the step's error when one fails.
inline Result<Times> measure(const std::string& name, size_t runs,
                             const std::function<Result<>()>& step) {
  Times times;
  for (size_t i = 0; i < std::max<size_t>(runs, 1); ++i) {
    auto start = std::chrono::steady_clock::now();
    double before = processor_milliseconds();
    TRY_CONTEXT(step(), name);
    times.processor.push_back(processor_milliseconds() - before);
    std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    times.wall.push_back(took.count());
  }
  std::ranges::sort(times.wall);
  std::ranges::sort(times.processor);
  return times;
}

}  // namespace kiln::bench

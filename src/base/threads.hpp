// SPDX-License-Identifier: Apache-2.0
//
// Work spread over cores. Results never depend on the number of threads: a job writes only to its
// own place, and the first failing index decides the error that is handed on.
#pragma once
#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace kiln {

// Number of threads to use when the user named none: the cores this process may run on.
size_t default_threads();

// Calls job(0) .. job(count - 1) on up to `threads` threads and waits for all. After a failure no
// new index is started; the error of the lowest failed index is returned.
Result<> parallel_for(size_t count, size_t threads, const std::function<Result<>(size_t)>& job);

// The places of `weights`, the heaviest first and otherwise in order: in this order threads that
// take one job after the other end at nearly the same time.
std::vector<size_t> heaviest_first(std::span<const uint64_t> weights);

}  // namespace kiln

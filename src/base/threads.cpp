// SPDX-License-Identifier: Apache-2.0
#include "base/threads.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <numeric>
#include <optional>
#include <thread>
#include <vector>

#include <sched.h>

namespace kiln {

size_t default_threads() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<size_t>(std::max(1, CPU_COUNT(&set)));
}

Result<> parallel_for(size_t count, size_t threads, const std::function<Result<>(size_t)>& job) {
  std::atomic<size_t> next = 0;
  std::atomic<bool> failed = false;
  std::mutex guard;
  size_t failed_index = count;
  std::optional<Error> error;

  auto work = [&] {
    while (!failed.load(std::memory_order_relaxed)) {
      size_t index = next++;
      if (index >= count) return;
      Result<> result = job(index);
      if (result) continue;
      failed = true;
      std::lock_guard lock(guard);
      if (index < failed_index) {
        failed_index = index;
        error = std::move(result).error();
      }
    }
  };

  size_t helpers = std::min(threads, count);
  std::vector<std::jthread> pool;
  for (size_t i = 1; i < helpers; ++i) pool.emplace_back(work);
  work();
  pool.clear();
  if (error) return std::unexpected(std::move(*error));
  return {};
}

std::vector<size_t> heaviest_first(std::span<const uint64_t> weights) {
  std::vector<size_t> order(weights.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, std::greater(), [&](size_t i) { return weights[i]; });
  return order;
}

}  // namespace kiln

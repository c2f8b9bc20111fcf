// SPDX-License-Identifier: Apache-2.0
//
// The world of a bench: a store in a directory, the real clock and network, all processors.
#pragma once
#include "base/threads.hpp"
#include "world/world.hpp"

#include <atomic>
#include <memory>

namespace kiln::bench {

class BenchWorld {
 public:
  static Result<std::unique_ptr<BenchWorld>> open(const Path& store) {
    return std::unique_ptr<BenchWorld>(new BenchWorld(TRY(Store::open(store))));
  }

  World& operator*() { return world_; }

 private:
  explicit BenchWorld(std::unique_ptr<Store> store) : store_(std::move(store)) {}

  std::unique_ptr<Store> store_;
  std::unique_ptr<HttpClient> http_ = make_http_client();
  SystemClock clock_;
  SilentProgress progress_;
  std::atomic<bool> stop_ = false;
  World world_{.clock = clock_,
               .store = *store_,
               .http = *http_,
               .progress = progress_,
               .threads = default_threads(),
               .environment = {},
               .stop = stop_};
};

}  // namespace kiln::bench

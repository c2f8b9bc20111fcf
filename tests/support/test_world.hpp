// SPDX-License-Identifier: Apache-2.0
//
// A world for tests: an empty store in a temporary directory, a real HTTP client without patience,
// the system's time unless another is set.
#pragma once
#include "support/result_matchers.hpp"
#include "world/world.hpp"

#include <memory>
#include <optional>

namespace kiln::testing {

// The system's time until it is set.
class SettableClock final : public Clock {
 public:
  UnixTime now() const override { return set_ ? *set_ : SystemClock().now(); }
  void set(UnixTime now) { set_ = now; }

 private:
  std::optional<UnixTime> set_;
};

class TestWorld {
 public:
  // To be given to what is tested; `offline`, `threads` and the environment may be changed.
  World& world() { return world_; }
  operator World&() { return world_; }  // NOLINT(*explicit*)
  SettableClock& clock() { return clock_; }
  Store& store() { return *store_; }
  const Path& directory() const { return directory_.path(); }
  // Ask whoever works with this world to stop.
  void stop() { stop_ = true; }

 private:
  TemporaryDirectory directory_ = value(TemporaryDirectory::create());
  SettableClock clock_;
  std::unique_ptr<Store> store_ = value(Store::open(directory_.path() / "store"));
  std::unique_ptr<HttpClient> http_ = make_http_client({.attempts = 1});
  SilentProgress progress_;
  std::atomic<bool> stop_ = false;
  World world_{.clock = clock_,
               .store = *store_,
               .http = *http_,
               .progress = progress_,
               .threads = 2,
               .offline = false,
               .environment = {},
               .stop = stop_};
};

}  // namespace kiln::testing

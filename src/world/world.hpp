// SPDX-License-Identifier: Apache-2.0
//
// What a run has of the world around it. It is handed to every step that needs some of it, so that
// tests can replace any part and nothing is global.
#pragma once
#include "base/time.hpp"
#include "net/http.hpp"
#include "store/store.hpp"
#include "world/progress.hpp"

#include <atomic>
#include <cstddef>
#include <map>
#include <string>

namespace kiln {

struct World {
  const Clock& clock;
  Store& store;
  HttpClient& http;
  Progress& progress;
  size_t threads = 1;
  bool offline = false;  // use only what the store has
  std::map<std::string, std::string> environment;
  const std::atomic<bool>& stop;  // true: end soon, with ErrorCode::interrupted
};

// interrupted when `stop` was set; for loops that work for long.
Result<> check_stop(const World& world);

}  // namespace kiln

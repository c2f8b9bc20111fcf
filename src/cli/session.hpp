// SPDX-License-Identifier: Apache-2.0
//
// What a command runs with: the world made from configuration, environment and flags, and where
// its answer goes. Made once by main, passed to the command.
#pragma once
#include "base/diagnostics.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "cli/args.hpp"
#include "cli/config.hpp"
#include "data/json.hpp"
#include "net/http.hpp"
#include "store/store.hpp"
#include "world/world.hpp"

#include <atomic>
#include <map>
#include <memory>
#include <string>

namespace kiln::cli {

using Environment = std::map<std::string, std::string>;

// Whether standard error is a terminal that wants colours (NO_COLOR unset).
bool wants_colour(const Environment& environment);

// The array that --json documents show diagnostics as.
Json diagnostics_json(const Diagnostics& diagnostics);

class Session {
 public:
  // Reads the configuration and remembers how to make a world; opens nothing yet.
  static Result<std::unique_ptr<Session>> create(const Arguments& arguments,
                                                 Environment environment,
                                                 const std::atomic<bool>& stop);

  const Config& config() const { return config_; }
  const Environment& environment() const { return environment_; }
  bool json() const { return json_; }
  const Clock& clock() const { return clock_; }
  bool stopped() const { return *stop_; }
  // What the configuration says, or else one a core.
  size_t threads() const;
  bool quiet() const { return quiet_; }

  // The world, opened on first use: commands that only read a file need no store.
  Result<World*> world();

  // Prints a command's answer to standard output: text for people (nothing when --quiet), or, with
  // --json, the document.
  void answer(const std::string& text, const Json& document) const;

  // Prints what a person may want to know besides the answer to standard error: nothing with
  // --quiet or --json.
  void remark(const std::string& text) const;

  // Prints diagnostics to standard error; they go into the error document with --json.
  void show(Diagnostics& diagnostics);
  const Diagnostics& diagnostics() const { return diagnostics_; }

  // SOURCE_DATE_EPOCH, when the environment sets it.
  Result<std::optional<UnixTime>> source_date_epoch() const;

 private:
  Session() = default;
  Config config_;
  Environment environment_;
  bool json_ = false;
  bool quiet_ = false;
  const std::atomic<bool>* stop_ = nullptr;
  Diagnostics diagnostics_;
  SystemClock clock_;
  std::unique_ptr<Progress> progress_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<HttpClient> http_;
  std::unique_ptr<World> world_;
};

}  // namespace kiln::cli

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

// Writes to standard output. Fails with io; a reader that has read enough (a closed pipe) is no
// failure.
Result<> print_out(std::string_view text);

class Session {
 public:
  // Reads the configuration and remembers how to make a world; opens nothing yet. Mistakes in the
  // configuration are shown, and are in `mistakes` when it fails for them.
  static Result<std::unique_ptr<Session>> create(const Arguments& arguments,
                                                 Environment environment,
                                                 const std::atomic<bool>& stop,
                                                 Diagnostics& mistakes);

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

  // Prints a command's answer to standard output: text for people, or, with --json, the document.
  // What answer() is given tells what was done or found, and stays away with --quiet; what give()
  // is given is all that the command was run for. Whether it could be written is found by
  // answered().
  void answer(const std::string& text, const Json& document);
  void give(const std::string& text, const Json& document);
  Result<> answered() const { return answered_; }

  // To be asked before a command writes its product to `path`: when that is standard output,
  // answer() goes to standard error, and with --json this fails (bad_input), since both would be
  // mixed.
  Result<> reserve_output(const Path& path);

  // Prints a part of the answer's text before the rest is known; nothing with --json or --quiet.
  void begin_answer(const std::string& text);

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
  Result<std::unique_ptr<HttpClient>> client() const;
  Config config_;
  Environment environment_;
  bool json_ = false;
  bool quiet_ = false;
  bool output_is_reserved_ = false;
  Result<> answered_;
  const std::atomic<bool>* stop_ = nullptr;
  Diagnostics diagnostics_;
  SystemClock clock_;
  std::unique_ptr<Progress> progress_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<HttpClient> http_;
  std::unique_ptr<World> world_;
};

}  // namespace kiln::cli

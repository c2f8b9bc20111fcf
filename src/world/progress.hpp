// SPDX-License-Identifier: Apache-2.0
//
// Telling a person how far a run has come: phases, and bytes of an expected total. The results of a
// run never depend on it.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace kiln {

// All functions may be called from several threads at once.
class Progress {
 public:
  virtual ~Progress() = default;
  // A new phase begins, such as "fetching packages"; totals begin anew.
  virtual void phase(std::string_view name) = 0;
  // The phase has this many more bytes to do.
  virtual void add_total(uint64_t bytes) = 0;
  virtual void advance(uint64_t bytes) = 0;
  // The phase is over; its line disappears.
  virtual void finish() = 0;
  // A line that stays, above the one that moves.
  virtual void note(std::string_view line) = 0;
};

class SilentProgress final : public Progress {
 public:
  void phase(std::string_view) override {}
  void add_total(uint64_t) override {}
  void advance(uint64_t) override {}
  void finish() override {}
  void note(std::string_view) override {}
};

struct TerminalProgressOptions {
  std::function<void(std::string_view)> write;  // gets text and control sequences
  std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
  bool colour = true;
  size_t width = 80;
};

// One line that is redrawn in place at most ten times a second: phase, bytes, total, share, rate.
std::unique_ptr<Progress> make_terminal_progress(TerminalProgressOptions options);

// The terminal's progress on standard error when that is a terminal that can redraw lines, else the
// silent one. NO_COLOR and TERM are looked up in `environment`.
std::unique_ptr<Progress> make_progress(const std::map<std::string, std::string>& environment,
                                        bool quiet);

}  // namespace kiln

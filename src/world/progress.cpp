// SPDX-License-Identifier: Apache-2.0
#include "world/progress.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <mutex>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace kiln {

namespace {

using TimePoint = std::chrono::steady_clock::time_point;

constexpr std::chrono::milliseconds k_between_redraws{100};
constexpr std::string_view k_clear_line = "\r\x1b[K";

class TerminalProgress final : public Progress {
 public:
  explicit TerminalProgress(TerminalProgressOptions options) : options_(std::move(options)) {}
  ~TerminalProgress() override { TerminalProgress::finish(); }

  void phase(std::string_view name) override {
    std::lock_guard lock(mutex_);
    phase_ = printable(name);
    done_ = total_ = 0;
    began_ = options_.now();
    draw();
  }

  void add_total(uint64_t bytes) override {
    std::lock_guard lock(mutex_);
    total_ += bytes;
    draw_if_due();
  }

  void advance(uint64_t bytes) override {
    std::lock_guard lock(mutex_);
    done_ += bytes;
    draw_if_due();
  }

  void finish() override {
    std::lock_guard lock(mutex_);
    if (drawn_) options_.write(k_clear_line);
    drawn_ = false;
    phase_.clear();
  }

  void note(std::string_view line) override {
    std::lock_guard lock(mutex_);
    options_.write(fmt::format("{}{}\n", drawn_ ? k_clear_line : "", line));
    if (!phase_.empty()) draw();
  }

 private:
  void draw_if_due() {
    if (!phase_.empty() && options_.now() - last_draw_ >= k_between_redraws) draw();
  }

  void draw() {
    last_draw_ = options_.now();
    // The last column stays empty, where some terminals would begin a new line.
    size_t room = options_.width > 0 ? options_.width - 1 : 0;
    std::string numbers = describe_numbers().substr(0, room);
    std::string name = phase_.substr(0, room - numbers.size());
    if (options_.colour) name = fmt::format("\x1b[1m{}\x1b[0m", name);
    options_.write(fmt::format("{}{}{}", k_clear_line, name, numbers));
    drawn_ = true;
  }

  std::string describe_numbers() const {
    if (done_ == 0 && total_ == 0) return {};
    std::string text = " " + human_size(done_);
    if (total_ > 0) {
      uint64_t share = std::min<uint64_t>(done_, total_) * 100 / total_;
      text += fmt::format(" of {} ({} %)", human_size(total_), share);
    }
    std::chrono::duration<double> elapsed = last_draw_ - began_;
    if (elapsed.count() >= 0.5) {
      double rate = static_cast<double>(done_) / elapsed.count();
      text += fmt::format(", {}/s", human_size(static_cast<uint64_t>(rate)));
    }
    return text;
  }

  TerminalProgressOptions options_;
  std::mutex mutex_;
  std::string phase_;  // empty between phases
  uint64_t done_ = 0;
  uint64_t total_ = 0;
  TimePoint began_{};
  TimePoint last_draw_{};
  bool drawn_ = false;
};

std::string_view variable(const std::map<std::string, std::string>& environment,
                          const std::string& name) {
  auto found = environment.find(name);
  return found == environment.end() ? std::string_view() : found->second;
}

void write_to_standard_error(std::string_view text) {
  while (!text.empty()) {
    ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written <= 0) return;
    text.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace

std::unique_ptr<Progress> make_terminal_progress(TerminalProgressOptions options) {
  return std::make_unique<TerminalProgress>(std::move(options));
}

std::unique_ptr<Progress> make_progress(const std::map<std::string, std::string>& environment,
                                        bool quiet) {
  std::string_view terminal = variable(environment, "TERM");
  bool can_redraw = ::isatty(STDERR_FILENO) == 1 && !terminal.empty() && terminal != "dumb";
  if (quiet || !can_redraw) return std::make_unique<SilentProgress>();
  TerminalProgressOptions options;
  options.write = write_to_standard_error;
  options.colour = variable(environment, "NO_COLOR").empty();
  winsize size = {};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    options.width = size.ws_col;
  return make_terminal_progress(std::move(options));
}

}  // namespace kiln

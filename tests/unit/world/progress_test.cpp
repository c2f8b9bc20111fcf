// SPDX-License-Identifier: Apache-2.0
#include "world/progress.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace kiln {
namespace {

using std::chrono::milliseconds;

class ProgressTest : public ::testing::Test {
 protected:
  std::unique_ptr<Progress> make(size_t width = 80) {
    return make_terminal_progress({.write = [this](std::string_view text) { output_ += text; },
                                   .now = [this] { return now_; },
                                   .colour = false,
                                   .width = width});
  }
  // What the terminal's last line shows.
  std::string line() const {
    size_t start = output_.rfind("\r\x1b[K");
    return start == std::string::npos ? output_ : output_.substr(start + 4);
  }
  size_t draws() const {
    return static_cast<size_t>(std::count(output_.begin(), output_.end(), '\r'));
  }

  std::string output_;
  std::chrono::steady_clock::time_point now_{};
};

TEST_F(ProgressTest, ShowsPhaseTotalShareAndRate) {
  auto progress = make();
  progress->phase("fetching packages");
  EXPECT_EQ(line(), "fetching packages");
  progress->add_total(4 << 20);
  now_ += milliseconds(1000);
  progress->advance(1 << 20);
  EXPECT_EQ(line(), "fetching packages 1.0 MiB of 4.0 MiB (25 %), 1.0 MiB/s");
  progress->finish();
  EXPECT_EQ(line(), "");
}

TEST_F(ProgressTest, RedrawsAtMostTenTimesASecond) {
  auto progress = make();
  progress->phase("working");
  for (int i = 0; i < 1000; ++i) {
    now_ += milliseconds(1);
    progress->advance(1);
  }
  EXPECT_LE(draws(), 12u);
  EXPECT_GE(draws(), 9u);
}

TEST_F(ProgressTest, NotesStayAboveTheMovingLine) {
  auto progress = make();
  progress->note("before");
  progress->phase("working");
  progress->note("done with a");
  EXPECT_EQ(output_, "before\n\r\x1b[Kworking\r\x1b[Kdone with a\n\r\x1b[Kworking");
}

TEST_F(ProgressTest, NeverWrapsANarrowTerminal) {
  auto progress = make(15);
  progress->phase("a phase with a very long name");
  EXPECT_EQ(line().size(), 14u);
  now_ += milliseconds(500);
  progress->advance(5'000'000);
  EXPECT_EQ(line().size(), 14u) << line();
}

TEST(Progress, IsSilentWhereNoTerminalIs) {
  auto progress = make_progress({{"TERM", "dumb"}}, false);
  EXPECT_NE(dynamic_cast<SilentProgress*>(progress.get()), nullptr);
  progress = make_progress({{"TERM", "xterm"}}, true);
  EXPECT_NE(dynamic_cast<SilentProgress*>(progress.get()), nullptr);
}

}  // namespace
}  // namespace kiln

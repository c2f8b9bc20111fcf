// SPDX-License-Identifier: Apache-2.0
//
// Builds that are killed, interrupted, or run at the same time.
#include "base/strings.hpp"
#include "debian.hpp"
#include "support/containers.hpp"
#include "support/shared_data.hpp"
#include "support/tools.hpp"

#include <chrono>
#include <csignal>
#include <future>
#include <random>

#include <fmt/format.h>

namespace kiln::testing {
namespace {

using namespace std::chrono_literals;

class Crash : public Debian {
 protected:
  // Starts a build whose process number then stands in the file "pid".
  std::future<Ended> start(std::vector<std::string> words = {}) {
    std::filesystem::remove(place() / "pid");
    return std::async(std::launch::async, [this, words = std::move(words)] {
      return build(words, {.before = {"sh", "-c", "echo $$ > pid; exec \"$@\"", "sh"}});
    });
  }
  void send(int signal) {
    std::optional<uint64_t> pid = parse_decimal(trim(value(read_file(place() / "pid"))));
    ASSERT_TRUE(pid.has_value());
    ::kill(static_cast<pid_t>(*pid), signal);
  }
  // Nothing but what the test itself put there.
  std::vector<std::string> leftovers() {
    std::vector<std::string> names;
    for (const std::string& name : value(list_directory(place())))
      if (name.starts_with(".") || name.starts_with("out") || name.find("tmp") == 0)
        names.push_back(name);
    return names;
  }
};

TEST_F(Crash, AKilledBuildLeavesAStoreThatTheNextOneUses) {
  NEED_TOOL("timeout");
  auto begin = std::chrono::steady_clock::now();
  std::string whole = digest();
  std::chrono::duration<double> length = std::chrono::steady_clock::now() - begin;
  forget_store();
  std::mt19937_64 random(fresh_seed());
  std::uniform_real_distribution<double> moments(0.002, length.count());
  size_t killed = 0;
  for (int i = 0; i < 15; ++i) {
    if (i % 5 == 4) forget_store();
    std::string moment = fmt::format("{:.4f}", moments(random));
    Ended run = build({}, {.before = {"timeout", "-s", "KILL", moment}});
    killed += run.exit == 137 ? 1 : 0;
    expect_store_whole();
    value(remove_tree(place() / "out"));
  }
  EXPECT_GT(killed, 0U);
  EXPECT_EQ(digest(), whole);
  EXPECT_THAT(value(list_directory(store() / "tmp")), ::testing::IsEmpty());
}

TEST_F(Crash, TwoBuildsShareAStore) {
  std::string whole = digest();
  forget_store();
  std::future<Ended> other = std::async(std::launch::async, [this] {
    return kiln({"build", "hello.yaml", "--json", "-o", "other"});
  });
  EXPECT_EQ(digest(), whole);
  Ended run = other.get();
  EXPECT_EQ(run.exit, 0) << run.errors;
  EXPECT_THAT(run.output, ::testing::HasSubstr(whole));
  expect_store_whole();
}

TEST_F(Crash, AnInterruptDuringADownloadEndsSoonAndCleanly) {
  std::string path = pool_path("hello");
  for (int signal : {SIGINT, SIGTERM}) {
    server().once(
        path, [](const ServerRequest&) { return ServerResponse{.body = "late", .delay = 20s}; });
    size_t asked = server().count(path);
    std::future<Ended> ended = start();
    ASSERT_TRUE(wait_until([&] { return server().count(path) > asked; }));
    auto begin = std::chrono::steady_clock::now();
    send(signal);
    Ended run = ended.get();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
    EXPECT_EQ(run.exit, 130) << run.errors;
    EXPECT_THAT(run.errors, ::testing::HasSubstr("stopped on request"));
    EXPECT_THAT(leftovers(), ::testing::IsEmpty());
    expect_store_whole();
  }
  EXPECT_EQ(build().exit, 0);
}

TEST_F(Crash, AnInterruptBetweenAttemptsEndsSoonToo) {
  server().on("/debian/dists/trixie/InRelease", [](const ServerRequest&) {
    return ServerResponse{.status = 503, .headers = {{"Retry-After", "25"}}};
  });
  std::future<Ended> ended = start();
  ASSERT_TRUE(wait_until([&] { return server().count("/debian/dists/trixie/InRelease") > 0; }));
  std::this_thread::sleep_for(200ms);
  auto begin = std::chrono::steady_clock::now();
  send(SIGINT);
  EXPECT_EQ(ended.get().exit, 130);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
}

}  // namespace
}  // namespace kiln::testing

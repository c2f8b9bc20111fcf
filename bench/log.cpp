// SPDX-License-Identifier: Apache-2.0
//
// Times the transparency log: batches of ten entries as a build makes them, large batches, and
// proofs in a log of one million entries.
//
// Usage: log DIR      (an empty directory on the disk that is measured)
#include "evidence/tlog/log.hpp"

#include "measure.hpp"

#include <cstdio>
#include <random>

#include <fmt/format.h>

namespace kiln::tlog {
namespace {

constexpr uint64_t k_million = 1'000'000;

std::vector<std::string> entries(uint64_t count, uint64_t& next) {
  std::vector<std::string> made;
  for (uint64_t i = 0; i < count; ++i)
    made.push_back(fmt::format("{:0800}", next++));  // about what a signature's entry takes
  return made;
}

Result<> report(const std::string& name, size_t runs, const std::function<Result<>()>& step) {
  bench::Times times = TRY(bench::measure(name, runs, step));
  double total = 0;
  for (double time : times.wall) total += time;
  fmt::print("| {} | {:.2f} ms | {:.2f}-{:.2f} | {:.2f} ms | {} |\n", name,
             bench::median(times.wall), times.wall.front(), times.wall.back(),
             total / static_cast<double>(runs), runs);
  return {};
}

Result<> run(const Path& directory) {
  LogPlace place{.directory = directory / "log"};
  PrivateKey key = PrivateKey::generate(KeyAlgorithm::ed25519);
  LogSettings settings = TRY(LogSettings::tiles("bench.example", key.public_key()));
  TRY(Log::create(place, settings, key));
  fmt::print("| step | median | range | mean | runs |\n|---|---|---|---|---|\n");
  uint64_t next = 0;
  auto append = [&](Log& log, uint64_t count) -> Result<> {
    std::vector<std::string> batch = entries(count, next);
    TRY(log.append(batch));
    return {};
  };
  auto open_and_append = [&]() -> Result<> {
    Log log = TRY(Log::open(place, key));
    return append(log, 10);
  };
  TRY(report("open, append 10 entries with proofs, close", 200, open_and_append));
  Log log = TRY(Log::open(place, key));
  TRY(report("append 10 entries with proofs to an open log", 500, [&] { return append(log, 10); }));
  TRY(report("append 1,000 entries with proofs", 50, [&] { return append(log, 1000); }));
  while (log.size() + 10'000 <= k_million) TRY(append(log, 10'000));
  TRY(append(log, k_million - log.size()));
  std::mt19937_64 random(1);
  auto prove = [&]() -> Result<> {
    TRY(log.prove(random() % k_million));
    return {};
  };
  TRY(report("prove inclusion in one million entries", 2000, prove));
  return report("prove consistency with one million entries", 2000, [&]() -> Result<> {
    TRY(log.consistency(1 + random() % k_million, k_million));
    return {};
  });
}

}  // namespace
}  // namespace kiln::tlog

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: log DIR\n");
    return 2;
  }
  kiln::Result<> done = kiln::tlog::run(arguments[1]);
  if (!done) std::fprintf(stderr, "log: %s\n", done.error().str().c_str());
  return done ? 0 : 1;
}

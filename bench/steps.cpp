// SPDX-License-Identifier: Apache-2.0
//
// Times the steps of a build that a whole command does not show: compiling and opening package
// indexes, and resolving. Prints medians of wall time with the range.
//
// Usage: steps PACKAGES.gz PACKAGES.xz MIRROR-URL DEFINITION...
#include "base/files.hpp"
#include "base/threads.hpp"
#include "codec/decompress.hpp"
#include "definition/definition.hpp"
#include "definition/resolve.hpp"
#include "measure.hpp"
#include "net/http.hpp"
#include "packages/deb/index.hpp"
#include "plan/make_plan.hpp"
#include "plan/resolver.hpp"
#include "plan/target_archives.hpp"
#include "world/world.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <vector>

#include <fmt/format.h>

namespace kiln {
namespace {

void report(const std::string& name, size_t runs, const std::function<Result<>()>& step) {
  std::vector<double> times = bench::measure(name, runs, step);
  if (times.empty()) return;
  fmt::print("| {} | {:.1f} ms | {:.1f}-{:.1f} | {} |\n", name, times[times.size() / 2],
             times.front(), times.back(), runs);
}

Result<> first_load(const std::string& file) {
  std::string packed = TRY(read_file(file));
  Compression compression = detect_compression(packed);
  std::string text = TRY(decompress_all(compression, packed, 1ULL << 30));
  std::string index = TRY(packages::deb::compile_index(std::move(text), default_threads()));
  return index.empty() ? fail(ErrorCode::corrupt, "empty index") : Result<>();
}

Result<> time_resolve(const Path& file, const plan::PlanOptions& options, World& world) {
  Diagnostics mistakes;
  std::optional<definition::Definition> definition = definition::load_file(file, mistakes);
  if (!definition) return std::unexpected(mistakes.as_error());
  definition::ImageSpec spec = TRY(definition::resolve(*definition, "linux/amd64"));
  plan::ArchiveCache archives({});
  plan::TargetArchives target = TRY(plan::target_archives(spec, options.archives, world));
  report("opening the loaded indexes of three suites", 20, [&]() -> Result<> {
    plan::ArchiveCache again({});
    Result<std::shared_ptr<const packages::Universe>> universe = again.get(*target.archives, world);
    return universe ? Result<>() : std::unexpected(universe.error());
  });
  auto universe = TRY(archives.get(*target.archives, world));
  std::vector<plan::Relaxation> relaxations;
  plan::Question question = TRY(plan::question_of(spec, options, *universe, relaxations));
  report(fmt::format("resolve {}", spec.definition_name), 50, [&]() -> Result<> {
    Result<plan::Answer> answer = plan::resolve(*universe, question);
    return answer ? Result<>() : std::unexpected(answer.error());
  });
  return {};
}

Result<> run(std::span<char*> arguments) {
  fmt::print("| step | median | range | runs |\n|---|---|---|---|\n");
  report("first load of trixie main, .gz", 9, [&] { return first_load(arguments[1]); });
  report("first load of trixie main, .xz", 5, [&] { return first_load(arguments[2]); });

  TemporaryDirectory place = TRY(TemporaryDirectory::create());
  auto store = TRY(Store::open(place.path() / "store"));
  std::unique_ptr<HttpClient> http = make_http_client();
  SystemClock clock;
  SilentProgress progress;
  std::atomic<bool> stop = false;
  World world{.clock = clock,
              .store = *store,
              .http = *http,
              .progress = progress,
              .threads = default_threads(),
              .environment = {},
              .stop = stop};
  plan::PlanOptions options;
  options.archives.mirrors = {
      {"deb.debian.org/debian", {std::string(arguments[3]) + "/debian"}},
      {"deb.debian.org/debian-security", {std::string(arguments[3]) + "/debian-security"}}};
  for (char* definition : arguments.subspan(4)) TRY(time_resolve(definition, options, world));
  return {};
}

}  // namespace
}  // namespace kiln

int main(int count, char** arguments) {
  if (count < 5) {
    std::fprintf(stderr, "usage: steps PACKAGES.gz PACKAGES.xz MIRROR-URL DEFINITION...\n");
    return 2;
  }
  kiln::Result<> done = kiln::run({arguments, static_cast<size_t>(count)});
  if (!done) std::fprintf(stderr, "steps: %s\n", done.error().str().c_str());
  return done ? 0 : 1;
}

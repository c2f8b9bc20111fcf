// SPDX-License-Identifier: Apache-2.0
//
// Times the steps of a build that a whole command does not show: compiling and opening package
// indexes, and resolving. Prints medians of wall time with the range.
//
// Usage: steps PACKAGES.gz PACKAGES.xz MIRROR-URL DEFINITION...
#include "base/files.hpp"
#include "codec/decompress.hpp"
#include "definition/definition.hpp"
#include "definition/resolve.hpp"
#include "measure.hpp"
#include "net/http.hpp"
#include "packages/deb/index.hpp"
#include "plan/make_plan.hpp"
#include "plan/resolver.hpp"
#include "plan/target_archives.hpp"
#include "world.hpp"

#include <cstdio>
#include <functional>
#include <vector>

#include <fmt/format.h>

namespace kiln {
namespace {

Result<> report(const std::string& name, size_t runs, const std::function<Result<>()>& step) {
  bench::Times times = TRY(bench::measure(name, runs, step));
  fmt::print("| {} | {:.1f} ms | {:.1f}-{:.1f} | {} |\n", name, bench::median(times.wall),
             times.wall.front(), times.wall.back(), runs);
  return {};
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
  auto open = [&]() -> Result<> {
    plan::ArchiveCache again({});
    TRY(again.get(*target.archives, world));
    return {};
  };
  TRY(report("opening the loaded indexes of three suites", 20, open));
  auto universe = TRY(archives.get(*target.archives, world));
  std::vector<plan::Relaxation> relaxations;
  plan::Question question = TRY(plan::question_of(spec, options, *universe, relaxations));
  return report(fmt::format("resolve {}", spec.definition_name), 50, [&]() -> Result<> {
    TRY(plan::resolve(*universe, question));
    return {};
  });
}

Result<> run(std::span<char*> arguments) {
  fmt::print("| step | median | range | runs |\n|---|---|---|---|\n");
  TRY(report("first load of trixie main, .gz", 9, [&] { return first_load(arguments[1]); }));
  TRY(report("first load of trixie main, .xz", 5, [&] { return first_load(arguments[2]); }));

  TemporaryDirectory place = TRY(TemporaryDirectory::create());
  auto world = TRY(bench::BenchWorld::open(place.path() / "store"));
  plan::PlanOptions options;
  options.archives.mirrors = {
      {"deb.debian.org/debian", {std::string(arguments[3]) + "/debian"}},
      {"deb.debian.org/debian-security", {std::string(arguments[3]) + "/debian-security"}}};
  for (char* definition : arguments.subspan(4)) TRY(time_resolve(definition, options, **world));
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

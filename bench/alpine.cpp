// SPDX-License-Identifier: Apache-2.0
//
// Times what Kiln does with Alpine's indexes: cold, from signed files and a new store; warm,
// from compiled ones; and solving. Prints wall and processor time.
//
// Usage: alpine REPOSITORY[,REPOSITORY...] RUNS NAME...
//
// A repository is a line of /etc/apk/repositories; each NAME is a question, names with "+" between
// them are one.
#include "base/strings.hpp"
#include "measure.hpp"
#include "packages/apk/archive.hpp"
#include "packages/apk/solver.hpp"
#include "world.hpp"

#include <cstdio>
#include <functional>
#include <vector>

#include <fmt/format.h>

namespace kiln {
namespace {

using packages::Requirement;
using packages::apk::ApkUniverse;

Result<> report(const std::string& name, size_t runs, const std::function<Result<>()>& step) {
  bench::Times times = TRY(bench::measure(name, runs, step));
  fmt::print("| {} | {:.2f} ms | {:.2f} ms | {:.2f} ms | {} |\n", name, times.wall.front(),
             bench::median(times.wall), bench::median(times.processor), runs);
  return {};
}

class Bench {
 public:
  Bench(std::vector<packages::apk::Repository> repositories, size_t runs)
      : repositories_(std::move(repositories)), runs_(runs) {}

  Result<> run(std::span<char*> questions) {
    fmt::print(
        "| step | wall, least | median | processor, median | runs |\n|---|---|---|---|---|\n");
    std::string first = questions.empty() ? "alpine-base" : questions.front();
    TemporaryDirectory stores = TRY(TemporaryDirectory::create());
    size_t made = 0;
    auto make = [&]() -> Result<> {
      TRY(bench::BenchWorld::open(stores.path() / fmt::to_string(made++)));
      return {};
    };
    TRY(report("making a store", runs_, make));
    auto cold = [&] { return load_and_solve(stores.path() / fmt::to_string(--made), first); };
    TRY(report("cold: verify, decompress, compile, keep, and solve " + first, runs_, cold));
    TemporaryDirectory place = TRY(TemporaryDirectory::create());
    TRY(load_and_solve(place.path(), first));
    auto warm = [&] { return load_and_solve(place.path(), first); };
    TRY(report("warm: open the store, load, and solve " + first, runs_, warm));
    TRY(load_and_ask(place.path(), first));
    auto again = [&] { return load_and_ask(place.path(), first); };
    TRY(report("the same, where the question was asked before", runs_, again));
    return with_universe(place.path(), [&](std::unique_ptr<ApkUniverse> universe) -> Result<> {
      for (const std::string question : questions) TRY(report_solve(*universe, question));
      return {};
    });
  }

 private:
  Result<> with_universe(const Path& directory,
                         const std::function<Result<>(std::unique_ptr<ApkUniverse>)>& use) {
    auto world = TRY(bench::BenchWorld::open(directory));
    return use(TRY(
        packages::apk::load(repositories_, "x86_64", packages::apk::embedded_keys(), {}, **world)));
  }

  Result<> report_solve(const ApkUniverse& universe, const std::string& question) {
    size_t packages = TRY(solve(universe, question));
    auto again = [&]() -> Result<> {
      TRY(solve(universe, question));
      return {};
    };
    return report(fmt::format("solve {} ({} packages)", question, packages), runs_, again);
  }

  static std::vector<Requirement> wishes_of(const std::string& question) {
    std::vector<Requirement> wishes;
    for (std::string_view name : split(question, '+'))
      wishes.push_back({.name = std::string(name), .version = {}, .architecture = {}});
    return wishes;
  }

  static Result<size_t> solve(const ApkUniverse& universe, const std::string& question) {
    auto solution = packages::apk::solve(universe.packages(), wishes_of(question), {});
    if (!solution.contradictions.empty())
      return fail(ErrorCode::unsatisfiable, solution.contradictions.front());
    return solution.packages.size();
  }

  Result<> load_and_solve(const Path& directory, const std::string& question) {
    return with_universe(directory, [&](std::unique_ptr<ApkUniverse> universe) -> Result<> {
      TRY(solve(*universe, question));
      return {};
    });
  }

  // As a build does, which remembers answers.
  Result<> load_and_ask(const Path& directory, const std::string& question) {
    return with_universe(directory, [&](std::unique_ptr<ApkUniverse> universe) -> Result<> {
      TRY(universe->propose(wishes_of(question), {}));
      return {};
    });
  }

  std::vector<packages::apk::Repository> repositories_;
  size_t runs_;
};

Result<> run(std::span<char*> arguments) {
  std::vector<packages::apk::Repository> repositories;
  for (std::string_view line : split(arguments[1], ','))
    repositories.push_back(TRY(packages::apk::parse_repository(line)));
  auto runs = parse_decimal(arguments[2]);
  if (!runs) return fail(ErrorCode::bad_input, "RUNS is no number");
  return Bench(std::move(repositories), *runs).run(arguments.subspan(3));
}

}  // namespace
}  // namespace kiln

int main(int count, char** arguments) {
  if (count < 3) {
    std::fprintf(stderr, "usage: alpine REPOSITORY[,REPOSITORY...] RUNS NAME...\n");
    return 2;
  }
  kiln::Result<> done = kiln::run({arguments, static_cast<size_t>(count)});
  if (!done) std::fprintf(stderr, "alpine: %s\n", done.error().str().c_str());
  return done ? 0 : 1;
}

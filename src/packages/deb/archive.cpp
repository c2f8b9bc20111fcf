// SPDX-License-Identifier: Apache-2.0
#include "packages/deb/archive.hpp"

#include "base/strings.hpp"
#include "base/threads.hpp"
#include "packages/deb/index_load.hpp"
#include "packages/deb/neighbours.hpp"
#include "packages/deb/suite.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::packages::deb {

namespace {

constexpr size_t k_parallel_requests = 8;

// One list to load and where it belongs.
struct Wanted {
  size_t repository;
  std::string component;
  std::string path;
};

bool has_architecture(const Release& release, const std::string& architecture) {
  const std::vector<std::string>& known = release.architectures;
  return known.empty() || std::ranges::find(known, architecture) != known.end();
}

bool is_left_out(const Repository& repository, const Release& release,
                 const std::string& architecture) {
  return repository.may_lack_architecture && !has_architecture(release, architecture);
}

Result<> check_offered(const Repository& repository, const Release& release,
                       const std::string& architecture) {
  if (is_left_out(repository, release, architecture)) return {};
  if (!has_architecture(release, architecture))
    return fail(ErrorCode::not_found,
                fmt::format("{} has no packages for {}", repository.str(), architecture),
                "it has packages for " + join(release.architectures, ", "));
  if (release.components.empty()) return {};
  for (const std::string& component : repository.components)
    if (std::ranges::find(release.components, component) == release.components.end())
      return fail(ErrorCode::not_found,
                  fmt::format("{} has no component {}", repository.str(), component),
                  "it has " + join(release.components, ", "));
  return {};
}

std::vector<Wanted> wanted_lists(size_t number, const Repository& repository,
                                 const Release& release, const std::string& architecture) {
  if (repository.flat()) return {{number, "", "Packages"}};
  std::vector<Wanted> lists;
  for (const std::string& component : repository.components) {
    lists.push_back(
        {number, component, fmt::format("{}/binary-{}/Packages", component, architecture)});
    if (!release.all_within_architectures)
      lists.push_back({number, component, fmt::format("{}/binary-all/Packages", component)});
  }
  return lists;
}

// apt's default pins: what a suite declares as not automatic is only taken when asked for.
int priority_of(const Repository& repository, const Release& release) {
  if (repository.pin_priority) return *repository.pin_priority;
  if (!release.not_automatic) return 500;
  return release.but_automatic_upgrades ? 100 : 1;
}

// What the user should know of suites that are used as they are.
std::vector<std::string> remarks_on(std::span<const Repository> repositories,
                                    std::span<const Suite> suites, const std::string& architecture,
                                    UnixTime now) {
  std::vector<std::string> remarks;
  for (size_t i = 0; i < suites.size(); ++i) {
    const Release& release = suites[i].release;
    if (is_left_out(repositories[i], release, architecture))
      remarks.push_back(fmt::format("{} has no packages for {} and is left out",
                                    repositories[i].str(), architecture));
    else if (release.valid_until && now > *release.valid_until)
      remarks.push_back(
          fmt::format("the Release file of {} was valid until {}, which is not checked",
                      repositories[i].str(), format_rfc3339(*release.valid_until)));
  }
  return remarks;
}

LoadedIndex make_loaded(const Repository& repository, const Suite& suite, const Wanted& wanted,
                        const CompiledIndex& compiled) {
  std::string name = repository.str();
  if (!wanted.component.empty()) name += " " + wanted.component;
  return {.index = compiled.index,
          .keeper = compiled.keeper,
          .mirrors = repository.mirrors,
          .repository = std::move(name),
          .priority = priority_of(repository, suite.release)};
}

IndexRecord make_record(const Repository& repository, const Suite& suite, const Wanted& wanted,
                        const CompiledIndex& compiled) {
  return {.url = suite.url,
          .suite = repository.suite,
          .component = wanted.component,
          .date = suite.release.date,
          .valid_until = suite.release.valid_until,
          .release = suite.digest,
          .index = compiled.digest,
          .fingerprints = suite.fingerprints};
}

}  // namespace

Result<std::unique_ptr<DebUniverse>> load(std::span<const Repository> repositories,
                                          const std::string& architecture,
                                          const ArchiveOptions& options, World& world) {
  std::vector<Suite> suites(repositories.size());
  size_t threads = std::min(k_parallel_requests, std::max<size_t>(repositories.size(), 1));
  auto load_head = [&](size_t i) -> Result<> {
    suites[i] = TRY(load_suite(repositories[i], options, world));
    return check_offered(repositories[i], suites[i].release, architecture);
  };
  TRY(parallel_for(repositories.size(), threads, load_head));

  std::vector<Wanted> wanted;
  for (size_t i = 0; i < repositories.size(); ++i)
    if (!is_left_out(repositories[i], suites[i].release, architecture))
      std::ranges::move(wanted_lists(i, repositories[i], suites[i].release, architecture),
                        std::back_inserter(wanted));

  std::vector<CompiledIndex> compiled(wanted.size());
  threads = std::min(k_parallel_requests, std::max<size_t>(wanted.size(), 1));
  auto load_list = [&](size_t i) -> Result<> {
    size_t number = wanted[i].repository;
    compiled[i] = TRY(load_index(repositories[number], suites[number], wanted[i].path, world));
    return {};
  };
  TRY(parallel_for(wanted.size(), threads, load_list));

  std::vector<LoadedIndex> indexes;
  std::vector<IndexRecord> records;
  for (size_t i = 0; i < wanted.size(); ++i) {
    size_t number = wanted[i].repository;
    indexes.push_back(make_loaded(repositories[number], suites[number], wanted[i], compiled[i]));
    records.push_back(make_record(repositories[number], suites[number], wanted[i], compiled[i]));
  }
  return std::make_unique<DebUniverse>(
      architecture, std::move(indexes), std::move(records),
      std::make_unique<Neighbours>(repositories, architecture, options, world),
      remarks_on(repositories, suites, architecture, world.clock.now()));
}

}  // namespace kiln::packages::deb

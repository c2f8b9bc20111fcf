// SPDX-License-Identifier: Apache-2.0
#include "plan/archive_cache.hpp"

#include "base/strings.hpp"

namespace kiln::plan {

namespace {

// A text that is the same only for repositories which give the same packages.
std::string key_of(std::span<const packages::deb::Repository> repositories,
                   const std::string& architecture) {
  std::string key = architecture;
  for (const packages::deb::Repository& repository : repositories) {
    key += "\n" + join(repository.mirrors, " ") + "|" + repository.suite + "|" +
           join(repository.components, " ") + "|" + repository.label + "|" +
           std::to_string(repository.pin_priority.value_or(-1)) +
           (repository.check_valid_until ? "v" : "-") + (repository.check_suite ? "s" : "-");
    for (const std::string& bytes : repository.keys) key += "|" + sha256(bytes).hex();
  }
  return key;
}

}  // namespace

Result<std::shared_ptr<const packages::deb::DebUniverse>> ArchiveCache::get(
    std::span<const packages::deb::Repository> repositories, const std::string& architecture,
    World& world) {
  Entry* entry;
  {
    std::scoped_lock lock(mutex_);
    std::unique_ptr<Entry>& place = entries_[key_of(repositories, architecture)];
    if (place == nullptr) place = std::make_unique<Entry>();
    entry = place.get();
  }
  std::call_once(entry->once, [&] {
    packages::deb::ArchiveOptions options = options_;
    options.architecture = architecture;
    auto loaded = packages::deb::load(repositories, options, world);
    if (loaded)
      entry->universe = std::move(*loaded);
    else
      entry->error = std::move(loaded).error();
  });
  if (entry->universe == nullptr) return std::unexpected(entry->error);
  return entry->universe;
}

}  // namespace kiln::plan

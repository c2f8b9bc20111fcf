// SPDX-License-Identifier: Apache-2.0
#include "packages/apk/archive.hpp"

#include "base/threads.hpp"
#include "net/url.hpp"
#include "packages/apk/index_load.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::packages::apk {

namespace {

constexpr size_t k_parallel_requests = 8;

// "alpine v3.22 main" of ".../alpine/v3.22/main"; else the URL.
std::string display_name(const Repository& repository) {
  std::string name = redacted(repository.url);
  if (size_t place = name.rfind("/alpine/"); place != std::string::npos) {
    name = name.substr(place + 1);
    std::ranges::replace(name, '/', ' ');
  }
  return repository.tag.empty() ? name : fmt::format("{} (@{})", name, repository.tag);
}

IndexSource make_source(const Repository& repository, const std::string& architecture,
                        const LoadedIndex& loaded) {
  IndexSource source{.index = loaded.index,
                     .keeper = loaded.keeper,
                     .urls = {},
                     .name = display_name(repository),
                     .tag = repository.tag};
  if (repository.mirrors.empty()) source.urls.push_back(join_url(repository.url, architecture));
  for (const std::string& mirror : repository.mirrors)
    source.urls.push_back(join_url(mirror, architecture));
  return source;
}

IndexRecord make_record(const Repository& repository, const LoadedIndex& loaded) {
  IndexRecord record;
  record.url = loaded.url;
  record.suite = repository.tag;
  record.date = loaded.index.date();
  record.release = loaded.file;
  record.index = loaded.file;
  record.fingerprints = {loaded.key};
  return record;
}

}  // namespace

Result<std::unique_ptr<ApkUniverse>> load(std::span<const Repository> repositories,
                                          const std::string& architecture,
                                          std::span<const NamedKey> keys,
                                          const ArchiveOptions& options, World& world) {
  std::vector<LoadedIndex> loaded(repositories.size());
  size_t threads = std::min(k_parallel_requests, std::max<size_t>(repositories.size(), 1));
  auto load_number = [&](size_t i) -> Result<> {
    TRY(check_stop(world));
    loaded[i] = TRY_CONTEXT(load_index(repositories[i], architecture, keys, options, world),
                            "reading the index of " + redacted(repositories[i].url));
    return {};
  };
  TRY(parallel_for(repositories.size(), threads, load_number));
  std::vector<IndexSource> sources;
  std::vector<IndexRecord> records;
  for (size_t i = 0; i < repositories.size(); ++i) {
    sources.push_back(make_source(repositories[i], architecture, loaded[i]));
    records.push_back(make_record(repositories[i], loaded[i]));
  }
  return std::make_unique<ApkUniverse>(PackageSet(std::move(sources)), std::move(records),
                                       &world.store);
}

}  // namespace kiln::packages::apk

// SPDX-License-Identifier: Apache-2.0
#include "plan/target_archives.hpp"

#include "base/strings.hpp"
#include "distributions/distributions.hpp"
#include "net/url.hpp"
#include "plan/local_sources.hpp"

#include <fmt/format.h>

namespace kiln::plan {

namespace {

constexpr uint64_t k_greatest_keyring = 4U << 20;
constexpr std::string_view k_keyring_cache = "keyring";

// The name by which the store remembers a keyring.
std::string cache_key(const std::string& url) {
  return sha256(url).hex();
}

Result<std::string> fetch_keyring(const std::string& url, World& world) {
  if (world.offline) {
    if (auto record = world.store.cached(k_keyring_cache, cache_key(url)))
      return std::string(record->bytes());
    return fail(ErrorCode::not_found,
                fmt::format("the keyring {} is not in the store", redacted(url)),
                "run once with the network");
  }
  HttpRequest request{.url = url, .max_size = k_greatest_keyring};
  auto [response, bytes] = TRY(get_bytes(world.http, request));
  TRY(world.store.cache(k_keyring_cache, cache_key(url), bytes));
  return std::move(bytes);
}

Result<std::string> read_keyring(const std::string& location, const Path& root, World& world) {
  if (location.find("://") == std::string::npos)
    return read_local_file(root, location, k_greatest_keyring);
  if (location.starts_with("http:"))
    return fail(
        ErrorCode::unverified,
        fmt::format("the keyring {} would be fetched without protection", redacted(location)),
        "use https, or a file of the catalog");
  return fetch_keyring(location, world);
}

Result<std::vector<packages::KeyFile>> read_keyrings(const std::vector<std::string>& locations,
                                                     const Path& root, World& world) {
  std::vector<packages::KeyFile> files;
  for (const std::string& location : locations)
    files.push_back(
        {location, TRY_CONTEXT(read_keyring(location, root, world), "reading `keyring`")});
  return files;
}

}  // namespace

Result<TargetArchives> target_archives(const definition::ImageSpec& spec,
                                       const ArchiveChoices& choices, World& world) {
  const packages::Distribution& distribution = *TRY(find_distribution(spec.target.distro));
  packages::ArchiveRequest request;
  request.release = spec.target.release();
  RewrittenSources sources =
      apply_rewrites(spec.repositories.empty() ? distribution.default_repositories(request.release)
                                               : spec.repositories,
                     spec.keyring, choices.rewrites);
  request.platform = TRY(model::Platform::parse(spec.platform));
  request.repositories = sources.repositories;
  request.repositories.insert(request.repositories.end(), choices.repositories.begin(),
                              choices.repositories.end());
  request.keyring = TRY(read_keyrings(sources.keyring, choices.catalog_root, world));
  request.trusted_keys = choices.keys;
  request.mirrors = choices.mirrors;
  TargetArchives target;
  target.archives = TRY(distribution.archives(request));
  target.rewrites = sources.used;
  if (spec.variant == "dev")
    target.of_image =
        TRY(distribution.sources_of_image(sources.as_written, request.keyring, request.platform));
  return target;
}

}  // namespace kiln::plan

// SPDX-License-Identifier: Apache-2.0
#include "plan/target_archives.hpp"

#include "base/strings.hpp"
#include "crypto/armor.hpp"
#include "net/url.hpp"
#include "packages/deb/architecture.hpp"
#include "packages/deb/defaults.hpp"
#include "packages/deb/source_list.hpp"
#include "plan/local_sources.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::plan {

using packages::deb::Repository;
using packages::deb::SourceLine;

namespace {

constexpr uint64_t k_greatest_keyring = 4U << 20;
constexpr std::string_view k_keyring_cache = "keyring";

std::vector<std::string> debian_keys() {
  std::vector<std::string> keys;
  for (const packages::deb::EmbeddedKey& key : packages::deb::embedded_keys())
    keys.emplace_back(key.text);
  return keys;
}

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

Result<std::vector<std::string>> read_keyrings(const std::vector<std::string>& locations,
                                               const Path& root, World& world) {
  std::vector<std::string> keys;
  for (const std::string& location : locations)
    keys.push_back(TRY_CONTEXT(read_keyring(location, root, world), "reading `keyring`"));
  return keys;
}

// "deb.debian.org/debian" of "http://deb.debian.org/debian/".
std::string_view without_scheme(std::string_view url) {
  if (size_t at = url.find("://"); at != std::string_view::npos) url.remove_prefix(at + 3);
  while (url.ends_with('/')) url.remove_suffix(1);
  return url;
}

std::string label_of(std::string_view uri) {
  if (without_scheme(uri).starts_with("deb.debian.org/debian")) return "debian";
  auto url = Url::parse(uri);
  if (!url || url->host.empty()) return "local";
  return url->host;
}

class Reading {
 public:
  Reading(const ArchiveChoices& choices, std::vector<std::string> keyring)
      : choices_(choices), keyring_(std::move(keyring)), debian_keys_(debian_keys()) {}

  Repository repository(const SourceLine& line) const {
    Repository repository;
    repository.mirrors = mirrors(line.uri);
    repository.suite = line.suite;
    repository.components = line.components;
    repository.label = label_of(line.uri);
    repository.check_valid_until = line.check_valid_until;
    bool names_debian = std::ranges::any_of(line.signed_by, [](const std::string& keyring) {
      return keyring.find("debian-archive-keyring") != std::string::npos;
    });
    if (line.signed_by.empty() || names_debian) append(repository.keys, debian_keys_);
    if (!line.signed_by.empty()) append(repository.keys, keyring_);
    append(repository.keys, choices_.keys);
    return repository;
  }

 private:
  static void append(std::vector<std::string>& to, const std::vector<std::string>& more) {
    to.insert(to.end(), more.begin(), more.end());
  }

  std::vector<std::string> mirrors(const std::string& uri) const {
    std::string_view place = without_scheme(uri);
    if (place == "deb.debian.org/debian" && !choices_.mirrors.empty()) return choices_.mirrors;
    if (place == "deb.debian.org/debian-security" && !choices_.security_mirrors.empty())
      return choices_.security_mirrors;
    return {uri};
  }

  const ArchiveChoices& choices_;
  std::vector<std::string> keyring_;
  std::vector<std::string> debian_keys_;
};

bool is_for(const SourceLine& line, const std::string& architecture) {
  return line.architectures.empty() ||
         std::ranges::find(line.architectures, architecture) != line.architectures.end();
}

// An image can reach archives of the web, and only wants those of its architecture.
Result<AptSources> apt_sources_of(const std::vector<std::string>& entries,
                                  const std::vector<std::string>& keyring,
                                  const std::string& architecture) {
  AptSources apt;
  for (const std::string& entry : entries) {
    SourceLine line = TRY(packages::deb::parse_source_line(entry, architecture));
    if (line.uri.starts_with("http") && is_for(line, architecture)) apt.entries.push_back(entry);
  }
  if (apt.entries.empty()) return apt;
  for (const std::string& keys : keyring)
    apt.keyring += TRY_CONTEXT(dearmored_keys(keys), "reading `keyring`");
  return apt;
}

}  // namespace

Result<TargetArchives> target_archives(const definition::ImageSpec& spec,
                                       const ArchiveChoices& choices, World& world) {
  if (spec.target.distro != "debian")
    return fail(ErrorCode::unsupported,
                fmt::format("images of {} cannot be built yet", spec.target.str()),
                "this Kiln builds Debian images");
  model::Platform platform = TRY(model::Platform::parse(spec.platform));
  TargetArchives archives;
  archives.architecture = TRY(packages::deb::debian_architecture(platform));
  archives.repositories = TRY(packages::deb::default_repositories(
      spec.target.codename, {choices.mirrors, choices.security_mirrors, choices.keys}));

  RewrittenSources sources = apply_rewrites(spec.repositories, spec.keyring, choices.rewrites);
  archives.rewrites = sources.used;
  std::vector<std::string> lines = sources.repositories;
  lines.insert(lines.end(), choices.repositories.begin(), choices.repositories.end());
  auto keyring = TRY(read_keyrings(sources.keyring, choices.catalog_root, world));
  if (spec.variant == "dev")
    archives.apt_sources = TRY(apt_sources_of(sources.as_written, keyring, archives.architecture));
  Reading reading(choices, std::move(keyring));
  for (const std::string& text : lines) {
    SourceLine line = TRY(packages::deb::parse_source_line(text, archives.architecture));
    if (!is_for(line, archives.architecture)) continue;
    Repository repository = reading.repository(line);
    if (repository.keys.empty())
      return fail(ErrorCode::bad_input,
                  fmt::format("there is no key for the repository '{}'", printable(text)),
                  "name its public key in `keyring`, or with --keyring");
    archives.repositories.push_back(std::move(repository));
  }
  return archives;
}

}  // namespace kiln::plan

// SPDX-License-Identifier: Apache-2.0
//
// Alpine as a distribution. `repositories` of a definition is the whole list, as
// /etc/apk/repositories is; a definition without it has main and community of its release. Alpine's
// own keys, those of the definition's `keyring` and the user's may each sign any of them; a key is
// known by its file name.
#include "packages/apk/distribution.hpp"

#include "base/strings.hpp"
#include "crypto/rsa_signature.hpp"
#include "net/url.hpp"
#include "packages/apk/apk_file.hpp"
#include "packages/apk/architecture.hpp"
#include "packages/apk/archive.hpp"
#include "packages/apk/freshness.hpp"
#include "packages/apk/installed.hpp"
#include "packages/apk/relation.hpp"
#include "packages/apk/unpack.hpp"
#include "packages/apk/version.hpp"
#include "packages/end_of_life.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace kiln::packages::apk {

namespace {

constexpr std::string_view k_archive = "dl-cdn.alpinelinux.org/alpine";

// https://alpinelinux.org/releases/
constexpr std::array<ReleaseEnd, 13> k_releases{{{"3.12", "2022-05-01"},
                                                 {"3.13", "2022-11-01"},
                                                 {"3.14", "2023-05-01"},
                                                 {"3.15", "2023-11-01"},
                                                 {"3.16", "2024-05-23"},
                                                 {"3.17", "2024-11-22"},
                                                 {"3.18", "2025-05-09"},
                                                 {"3.19", "2025-11-01"},
                                                 {"3.20", "2026-04-01"},
                                                 {"3.21", "2026-11-01"},
                                                 {"3.22", "2027-05-01"},
                                                 {"3.23", "2027-11-01"},
                                                 {"3.24", "2028-06-01"}}};

// Which repository of Alpine's a package's URL is of, by the layout of its archive and mirrors:
// ".../v3.19/main/x86_64/FILE".
std::optional<std::string_view> alpine_repository(std::string_view package_url) {
  std::vector<std::string_view> parts = split(package_url, '/');
  if (parts.size() < 4) return std::nullopt;
  std::string_view release = parts[parts.size() - 4];
  std::string_view repository = parts[parts.size() - 3];
  bool known = repository == "main" || repository == "community" || repository == "testing";
  bool released =
      release.starts_with('v') && release.find_first_not_of("v.0123456789") == release.npos;
  if (!known || !(released || release == "edge")) return std::nullopt;
  return repository;
}

// The same place on each mirror, when the URL is of Alpine's own archive and there are any.
std::vector<std::string> mirrors_of(const std::string& url, const ArchiveRequest& request) {
  std::vector<std::string> places;
  size_t scheme = url.find("://");
  auto mirrors = request.mirrors.find(std::string(k_archive));
  if (scheme == std::string::npos || mirrors == request.mirrors.end()) return places;
  std::string_view place = std::string_view(url).substr(scheme + 3);
  if (!place.starts_with(k_archive) || !place.substr(k_archive.size()).starts_with('/'))
    return places;
  for (std::string mirror : mirrors->second) {
    while (mirror.ends_with('/')) mirror.pop_back();
    places.push_back(mirror + std::string(place.substr(k_archive.size())));
  }
  return places;
}

// Fails with bad_input unless the file is a public key that could sign repositories. Dev images get
// it as it is, so it may hold no secret beside it.
Result<NamedKey> key_of(const KeyFile& file) {
  Result<> good = check_rsa_key(file.bytes);
  if (!good || file.bytes.contains("PRIVATE KEY"))
    return fail(ErrorCode::bad_input,
                fmt::format("{} is no RSA public key{}", printable(file.location),
                            file.bytes.contains("PRIVATE KEY") ? ", but a private one" : ""),
                "name the .rsa.pub file that abuild-keygen made, or `openssl rsa -pubout` makes");
  return NamedKey{file.file_name(), file.bytes};
}

class ApkArchives final : public Archives {
 public:
  ApkArchives(std::vector<Repository> repositories, std::string architecture,
              std::vector<NamedKey> keys)
      : repositories_(std::move(repositories)),
        architecture_(std::move(architecture)),
        keys_(std::move(keys)) {}

  std::string key() const override {
    std::string key = "alpine\n" + architecture_;
    for (const Repository& repository : repositories_)
      key += "\n" + repository.tag + "|" + repository.url + "|" + join(repository.mirrors, " ");
    for (const NamedKey& one : keys_) key += "\n" + one.name + "|" + sha256(one.pem).hex();
    return key;
  }

  Result<std::shared_ptr<const Universe>> load(const ArchiveOptions& options,
                                               World& world) const override {
    return TRY(apk::load(repositories_, architecture_, keys_, options, world));
  }

 private:
  std::vector<Repository> repositories_;
  std::string architecture_;
  std::vector<NamedKey> keys_;
};

class Alpine final : public Distribution {
 public:
  std::string_view name() const override { return "alpine"; }

  Result<std::string> architecture(const model::Platform& platform) const override {
    return alpine_architecture(platform);
  }

  std::vector<std::string> default_repositories(std::string_view release) const override {
    std::string branch = release == "edge" ? "edge" : fmt::format("v{}", release);
    return {fmt::format("https://{}/{}/main", k_archive, branch),
            fmt::format("https://{}/{}/community", k_archive, branch)};
  }

  Result<std::unique_ptr<Archives>> archives(const ArchiveRequest& request) const override {
    std::string architecture = TRY(alpine_architecture(request.platform));
    std::vector<Repository> repositories;
    for (const std::string& line : request.repositories) {
      repositories.push_back(TRY(parse_repository(line)));
      repositories.back().mirrors = mirrors_of(repositories.back().url, request);
    }
    if (repositories.empty())
      return fail(
          ErrorCode::bad_input, "no repository is left to take Alpine packages from",
          fmt::format("rewrites drop all of them: let one give the official archive instead, "
                      "--rewrite URL={}",
                      default_repositories(request.release).front()));
    std::vector<NamedKey> keys(embedded_keys().begin(), embedded_keys().end());
    for (const KeyFile& file : request.keyring) keys.push_back(TRY(key_of(file)));
    // The user's keys are one list for all distributions.
    for (const KeyFile& file : request.trusted_keys)
      if (!file.may_be_openpgp()) keys.push_back(TRY(key_of(file)));
    return std::make_unique<ApkArchives>(std::move(repositories), std::move(architecture),
                                         std::move(keys));
  }

  Result<std::string> repository_name(std::string_view entry) const override {
    return redacted(TRY(parse_repository(entry)).url);
  }

  // An image can reach repositories of the web.
  Result<PackageSources> sources_of_image(std::span<const std::string> entries,
                                          std::span<const KeyFile> keyring,
                                          const model::Platform&) const override {
    PackageSources sources;
    for (const std::string& entry : entries) {
      Repository repository = TRY(parse_repository(entry));
      if (repository.url.starts_with("http")) sources.entries.push_back(entry);
    }
    for (const KeyFile& file : keyring) {
      NamedKey key = TRY(key_of(file));
      sources.keys.push_back({std::move(key.name), std::move(key.pem)});
    }
    return sources;
  }

  std::string_view release_of_url(std::string_view url) const override {
    return apk::release_of_url(url);
  }

  std::optional<UnixTime> end_of_life(std::string_view release) const override {
    return packages::end_of_life(k_releases, release);
  }

  std::string_view package_manager() const override { return "apk"; }
  std::string_view purl_type() const override { return "apk"; }
  std::string_view media_type() const override { return "application/gzip"; }

  // Where Alpine publishes its own; for others the place that apk looks for them at.
  std::string key_uri(std::string_view fingerprint) const override {
    bool own =
        std::ranges::find(embedded_keys(), fingerprint, &NamedKey::name) != embedded_keys().end();
    return fmt::format("{}/{}", own ? "https://alpinelinux.org/keys" : "file:///etc/apk/keys",
                       fingerprint);
  }

  std::span<const std::string_view> implicit_packages() const override { return {}; }

  std::strong_ordering compare_versions(std::string_view a, std::string_view b) const override {
    return apk::compare_versions(a, b);
  }

  // Scanners take an Alpine version as a whole.
  VersionParts parts_of(std::string_view version) const override {
    return {.epoch = {}, .upstream = std::string(version), .revision = {}};
  }

  bool satisfies(std::string_view version, const Requirement& requirement) const override {
    return fits(relation_of(requirement), version);
  }

  std::string file_name(const model::PackageId& id) const override {
    return fmt::format("{}-{}.apk", id.name, id.version);
  }

  // Sources of Alpine's packages are not in its archive: they are aports at the package's commit,
  // in directories by the names of its repositories.
  std::string source_url(std::string_view package_url, const model::PackageId& source,
                         std::string_view commit) const override {
    std::optional<std::string_view> repository = alpine_repository(package_url);
    if (commit.empty() || !repository) return {};
    return fmt::format("git+https://gitlab.alpinelinux.org/alpine/aports.git@{}#{}/{}", commit,
                       *repository, source.name);
  }

  Result<Description> describe(const UnpackedPackage& package) const override {
    auto info = package.control.find(".PKGINFO");
    if (info == package.control.end())
      return fail(ErrorCode::corrupt, package.id.str() + " has no .PKGINFO");
    PackageInfo parsed =
        TRY_CONTEXT(parse_package_info(info->second), "reading .PKGINFO of " + package.id.str());
    parsed.id = package.id;
    return apk::describe(parsed);
  }

  std::span<const std::string_view> database_files() const override { return k_database_files; }

  Result<std::vector<Description>> installed(const ImageFiles& files) const override {
    return apk::installed(files);
  }

  void claims(const ImageFiles& files, const Claim& claim) const override {
    apk::claims(files, claim);
  }

  Result<std::shared_ptr<const UnpackedPackage>> unpack(const model::PackageId& expected,
                                                        const Digest& package,
                                                        World& world) const override {
    return apk::unpack(expected, package, world);
  }
};

}  // namespace

const Distribution& alpine() {
  static const Alpine distribution;
  return distribution;
}

}  // namespace kiln::packages::apk

// SPDX-License-Identifier: Apache-2.0
//
// Debian as a distribution. A target has Debian's own archive always, and what the definition's
// `repositories` add. Which keys may sign an entry of those:
//
//   - with signed-by: all keyrings of the definition (they are not paired with entries), and
//     Debian's keys if it names Debian's keyring
//   - without signed-by: Debian's keys
//   - every entry: the keys that the user adds
#include "packages/deb/distribution.hpp"

#include "base/strings.hpp"
#include "crypto/armor.hpp"
#include "net/url.hpp"
#include "packages/deb/architecture.hpp"
#include "packages/deb/archive.hpp"
#include "packages/deb/defaults.hpp"
#include "packages/deb/installed.hpp"
#include "packages/deb/relation.hpp"
#include "packages/deb/source_list.hpp"
#include "packages/deb/unpack.hpp"
#include "packages/deb/version.hpp"
#include "packages/end_of_life.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace kiln::packages::deb {

namespace {

constexpr std::array<std::string_view, 1> k_implicit = {"base-files"};

// The ends of long-term support: https://wiki.debian.org/LTS
constexpr std::array<ReleaseEnd, 4> k_releases{{{"buster", "2024-06-30"},
                                                {"bullseye", "2026-08-31"},
                                                {"bookworm", "2028-06-30"},
                                                {"trixie", "2030-06-30"}}};

constexpr std::string_view k_archive = "deb.debian.org/debian";
constexpr std::string_view k_security_archive = "deb.debian.org/debian-security";

// "deb.debian.org/debian" of "http://deb.debian.org/debian/".
std::string_view without_scheme(std::string_view url) {
  if (size_t at = url.find("://"); at != std::string_view::npos) url.remove_prefix(at + 3);
  while (url.ends_with('/')) url.remove_suffix(1);
  return url;
}

std::string label_of(std::string_view uri) {
  if (without_scheme(uri).starts_with(k_archive)) return "debian";
  auto url = Url::parse(uri);
  if (!url || url->host.empty()) return "local";
  return url->host;
}

// What names an archive whatever the scheme and the password: "host:port/path". Debian's own two
// are known by their label, as the ones that every target has.
std::string archive_place(std::string_view uri) {
  std::string_view plain = without_scheme(uri);
  if (plain == k_archive || plain == k_security_archive) return {};
  auto url = Url::parse(uri);
  if (!url) return std::string(plain);
  std::string port = url->port ? fmt::format(":{}", *url->port) : std::string();
  std::string place = url->host + port + url->path;
  while (place.ends_with('/')) place.pop_back();
  return place;
}

bool is_for(const SourceLine& line, std::string_view architecture) {
  return line.architectures.empty() ||
         std::ranges::find(line.architectures, architecture) != line.architectures.end();
}

Result<> check_key_files(std::span<const KeyFile> files) {
  for (const KeyFile& file : files)
    if (!file.may_be_openpgp())
      return fail(ErrorCode::bad_input,
                  fmt::format("{} holds no OpenPGP public key", printable(file.location)),
                  "export one with `gpg --export --armor`");
  return {};
}

// The user's keys are one list for all distributions.
std::vector<KeyFile> openpgp_files(std::span<const KeyFile> files) {
  std::vector<KeyFile> list;
  for (const KeyFile& file : files)
    if (!file.is_pem_public_key()) list.push_back(file);
  return list;
}

std::string_view without_epoch(std::string_view version) {
  return version.substr(version.find(':') + 1);
}

// Turns lines into repositories.
class Reading {
 public:
  explicit Reading(const ArchiveRequest& request) : request_(request) {
    for (const EmbeddedKey& key : embedded_keys()) debian_keys_.emplace_back(key.text);
    for (const KeyFile& file : request.keyring) keyring_.push_back(file.bytes);
    for (const KeyFile& file : request.trusted_keys)
      if (!file.is_pem_public_key()) trusted_.push_back(file.bytes);
  }

  Repository repository(const SourceLine& line) const {
    Repository repository;
    repository.mirrors = mirrors(line.uri);
    repository.suite = line.suite;
    repository.components = line.components;
    repository.label = label_of(line.uri);
    repository.place = archive_place(line.uri);
    repository.check_valid_until = line.check_valid_until;
    bool names_debian = std::ranges::any_of(line.signed_by, [](const std::string& keyring) {
      return keyring.find("debian-archive-keyring") != std::string::npos;
    });
    if (line.signed_by.empty() || names_debian) append(repository.keys, debian_keys_);
    if (!line.signed_by.empty()) append(repository.keys, keyring_);
    append(repository.keys, trusted_);
    return repository;
  }

  const std::vector<std::string>& trusted() const { return trusted_; }

  // What replaces an official archive; empty when nothing does.
  std::vector<std::string> mirrors_of(std::string_view place) const {
    auto found = request_.mirrors.find(std::string(place));
    return found == request_.mirrors.end() ? std::vector<std::string>{} : found->second;
  }

 private:
  static void append(std::vector<std::string>& to, const std::vector<std::string>& more) {
    to.insert(to.end(), more.begin(), more.end());
  }

  std::vector<std::string> mirrors(const std::string& uri) const {
    std::vector<std::string> given = mirrors_of(without_scheme(uri));
    return given.empty() ? std::vector{uri} : given;
  }

  const ArchiveRequest& request_;
  std::vector<std::string> keyring_;
  std::vector<std::string> trusted_;
  std::vector<std::string> debian_keys_;
};

class DebArchives final : public Archives {
 public:
  DebArchives(std::vector<Repository> repositories, std::string architecture)
      : repositories_(std::move(repositories)), architecture_(std::move(architecture)) {}

  std::string key() const override {
    std::string key = "debian\n" + architecture_;
    for (const Repository& repository : repositories_) {
      key += "\n" + join(repository.mirrors, " ") + "|" + repository.suite + "|" +
             join(repository.components, " ") + "|" + repository.label + "|" + repository.place +
             "|" + std::to_string(repository.pin_priority.value_or(-1)) +
             (repository.check_valid_until ? "v" : "-") + (repository.check_suite ? "s" : "-") +
             (repository.may_lack_architecture ? "l" : "-");
      for (const std::string& bytes : repository.keys) key += "|" + sha256(bytes).hex();
    }
    return key;
  }

  Result<std::shared_ptr<const Universe>> load(const ArchiveOptions& options,
                                               World& world) const override {
    return TRY(deb::load(repositories_, architecture_, options, world));
  }

 private:
  std::vector<Repository> repositories_;
  std::string architecture_;
};

class Debian final : public Distribution {
 public:
  std::string_view name() const override { return "debian"; }

  Result<std::string> architecture(const model::Platform& platform) const override {
    return debian_architecture(platform);
  }

  std::vector<std::string> default_repositories(std::string_view) const override { return {}; }

  Result<std::unique_ptr<Archives>> archives(const ArchiveRequest& request) const override {
    std::string architecture = TRY(debian_architecture(request.platform));
    TRY(check_key_files(request.keyring));
    TRY(check_key_files(openpgp_files(request.trusted_keys)));
    Reading reading(request);
    std::vector<Repository> repositories = TRY(deb::default_repositories(
        request.release, {reading.mirrors_of(k_archive), reading.mirrors_of(k_security_archive),
                          reading.trusted()}));
    for (const std::string& text : request.repositories) {
      SourceLine line = TRY(parse_source_line(text, architecture));
      if (!is_for(line, architecture)) continue;
      Repository repository = reading.repository(line);
      if (repository.keys.empty())
        return fail(ErrorCode::bad_input,
                    fmt::format("there is no key for the repository '{}'", printable(text)),
                    "name its public key in `keyring`, or with --keyring");
      repositories.push_back(std::move(repository));
    }
    return std::make_unique<DebArchives>(std::move(repositories), std::move(architecture));
  }

  Result<std::string> repository_name(std::string_view entry) const override {
    // Which one stands for $(ARCH) does not matter to the form.
    SourceLine line = TRY(parse_source_line(entry, "amd64"));
    Repository named;
    named.label = label_of(line.uri);
    named.suite = std::move(line.suite);
    return named.str();
  }

  // An image can reach archives of the web, and only wants those of its architecture.
  Result<PackageSources> sources_of_image(std::span<const std::string> entries,
                                          std::span<const KeyFile> keyring,
                                          const model::Platform& platform) const override {
    std::string architecture = TRY(debian_architecture(platform));
    PackageSources sources;
    for (const std::string& entry : entries) {
      SourceLine line = TRY(parse_source_line(entry, architecture));
      if (line.uri.starts_with("http") && is_for(line, architecture))
        sources.entries.push_back(entry);
    }
    if (sources.entries.empty() || keyring.empty()) return sources;
    PackageSources::Key all{"definition.gpg", {}};
    for (const KeyFile& file : keyring)
      all.bytes += TRY_CONTEXT(dearmored_keys(file.bytes), "reading `keyring`");
    sources.keys.push_back(std::move(all));
    return sources;
  }

  // Suites are no part of the URLs of Debian's pool.
  std::string_view release_of_url(std::string_view /*url*/) const override { return {}; }

  std::optional<UnixTime> end_of_life(std::string_view release) const override {
    return packages::end_of_life(k_releases, release);
  }

  std::string_view package_manager() const override { return "dpkg"; }
  std::string_view purl_type() const override { return "deb"; }
  std::string_view media_type() const override { return "application/vnd.debian.binary-package"; }

  std::string key_uri(std::string_view fingerprint) const override {
    return fmt::format("openpgp4fpr:{}", fingerprint);
  }

  std::span<const std::string_view> implicit_packages() const override { return k_implicit; }

  std::strong_ordering compare_versions(std::string_view a, std::string_view b) const override {
    return deb::compare_versions(a, b);
  }

  // [epoch ":"] upstream ["-" revision]
  VersionParts parts_of(std::string_view version) const override {
    VersionParts parts;
    size_t colon = version.find(':');
    if (colon != std::string_view::npos) parts.epoch = version.substr(0, colon);
    version = without_epoch(version);
    size_t dash = version.rfind('-');
    parts.upstream = version.substr(0, dash);
    if (dash != std::string_view::npos) parts.revision = version.substr(dash + 1);
    return parts;
  }

  bool satisfies(std::string_view version, const Requirement& requirement) const override {
    return satisfies_version(version, requirement);
  }

  std::string file_name(const model::PackageId& id) const override {
    return fmt::format("{}_{}_{}.deb", id.name, without_epoch(id.version), id.architecture);
  }

  // Archives keep a source's .dsc beside the packages that were built from it.
  std::string source_url(std::string_view package_url, const model::PackageId& source,
                         std::string_view) const override {
    size_t slash = package_url.rfind('/');
    if (slash == std::string_view::npos || !package_url.contains("/pool/")) return {};
    return fmt::format("{}{}_{}.dsc", package_url.substr(0, slash + 1), source.name,
                       without_epoch(source.version));
  }

  Result<Description> describe(const UnpackedPackage& package) const override {
    auto control = package.control.find("control");
    if (control == package.control.end())
      return fail(ErrorCode::corrupt, package.id.str() + " has no control file");
    Paragraph paragraph = TRY_CONTEXT(parse_paragraph(control->second),
                                      "reading the control file of " + package.id.str());
    return deb::describe(paragraph);
  }

  std::span<const std::string_view> database_files() const override { return k_database_files; }

  Result<std::vector<Description>> installed(const ImageFiles& files) const override {
    return deb::installed(files);
  }

  void claims(const ImageFiles& files, const Claim& claim) const override {
    deb::claims(files, claim);
  }

  Result<std::shared_ptr<const UnpackedPackage>> unpack(const model::PackageId& expected,
                                                        const Digest& package,
                                                        World& world) const override {
    return deb::unpack(expected, package, world);
  }
};

}  // namespace

const Distribution& debian() {
  static const Debian distribution;
  return distribution;
}

}  // namespace kiln::packages::deb

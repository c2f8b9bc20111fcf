// SPDX-License-Identifier: Apache-2.0
//
// What a distribution's packages need of Kiln beyond its candidates: its words for machines and
// versions, its archives, its package files. deb/ and apk/ each give one; distributions.hpp finds
// it by name.
#pragma once
#include "packages/archives.hpp"
#include "packages/description.hpp"
#include "packages/unpacked.hpp"

#include <compare>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::packages {

// What the package manager of a dev image is told of the definition's own repositories.
struct PackageSources {
  struct Key {
    std::string name;   // of the file that the package manager finds it by
    std::string bytes;  // in the package manager's form
    bool operator==(const Key&) const = default;
  };

  std::vector<std::string> entries;  // as the definition has them
  std::vector<Key> keys;
  bool operator==(const PackageSources&) const = default;
};

class Distribution {
 public:
  virtual ~Distribution() = default;

  virtual std::string_view name() const = 0;  // "debian", as os-release(5) has it

  // The distribution's name for a platform's machine: linux/arm64 is "arm64" or "aarch64". Fails
  // (unsupported) and names those that exist.
  virtual Result<std::string> architecture(const model::Platform& platform) const = 0;

  // What a definition without `repositories` is built from, in their notation; empty where the
  // official archive is always there beside them.
  virtual std::vector<std::string> default_repositories(std::string_view release) const = 0;

  // Fails with unsupported for a release or platform that cannot be built, and with bad_input for
  // entries that cannot be read or have no key.
  virtual Result<std::unique_ptr<Archives>> archives(const ArchiveRequest& request) const = 0;

  // What errors call the repository of an entry of `repositories`. Fails with bad_input for an
  // entry that cannot be read.
  virtual Result<std::string> repository_name(std::string_view entry) const = 0;

  // Of the definition's `entries`, those that the package manager inside an image can use, and the
  // keys of `keyring` for them.
  virtual Result<PackageSources> sources_of_image(std::span<const std::string> entries,
                                                  std::span<const KeyFile> keyring,
                                                  const model::Platform& platform) const = 0;

  // The release of this distribution that the URL of a package or index names ("3.19"); empty where
  // it names none.
  virtual std::string_view release_of_url(std::string_view url) const = 0;

  // The day on which the last free support of a release ended or will end; nothing for releases
  // that are not known here.
  virtual std::optional<UnixTime> end_of_life(std::string_view release) const = 0;

  // The package manager that records packages in an image ("dpkg"), and the type of its packages in
  // package URLs ("deb") and as a media type.
  virtual std::string_view package_manager() const = 0;
  virtual std::string_view purl_type() const = 0;
  virtual std::string_view media_type() const = 0;

  // A URI for one of IndexRecord's fingerprints.
  virtual std::string key_uri(std::string_view fingerprint) const = 0;

  // Packages that every image has unless it excludes them.
  virtual std::span<const std::string_view> implicit_packages() const = 0;

  virtual std::strong_ordering compare_versions(std::string_view a, std::string_view b) const = 0;

  virtual VersionParts parts_of(std::string_view version) const = 0;

  // Whether a version stands in a requirement's relation; its name is not looked at.
  virtual bool satisfies(std::string_view version, const Requirement& requirement) const = 0;

  // What the archive calls a package's file: "curl_8.14.1-2_amd64.deb".
  virtual std::string file_name(const model::PackageId& id) const = 0;

  // Where the source of the package at a URL is, which was built from `commit` of its packaging, if
  // that is known: the URL of a file, or of version control as SPDX 2.3 writes it (7.7). Empty when
  // it cannot be told.
  virtual std::string source_url(std::string_view package_url, const model::PackageId& source,
                                 std::string_view commit) const = 0;

  // What a package says of itself. Fails with corrupt.
  virtual Result<Description> describe(const UnpackedPackage& package) const = 0;

  // Patterns (see glob_match) of the files in which an image says what is installed in it; what
  // they say, without another's packages; and which files they claim. Fails with corrupt.
  virtual std::span<const std::string_view> database_files() const = 0;
  virtual Result<std::vector<Description>> installed(const ImageFiles& files) const = 0;
  virtual void claims(const ImageFiles& files, const Claim& claim) const = 0;

  // The package whose file is in the store under its digest, and which must be the one expected.
  // Fails with corrupt on a malformed or hostile file, limit on an absurd one, unverified when it
  // is another package than `expected`, and not_found when the store lacks the file.
  virtual Result<std::shared_ptr<const UnpackedPackage>> unpack(const model::PackageId& expected,
                                                                const Digest& package,
                                                                World& world) const = 0;
};

}  // namespace kiln::packages

// SPDX-License-Identifier: Apache-2.0
//
// The definition's own repositories in a dev image, so that apt there sees the archives that the
// image was made from: one deb822 file (sources.list(5)), and the keyrings that it is signed by.
// The definition does not say which of its keys belongs to which repository, so each keyring file
// holds all of them.
#include "base/strings.hpp"
#include "crypto/armor.hpp"
#include "packages/deb/source_list.hpp"
#include "rootfs/deb/effects/effects.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::rootfs::deb {

namespace {

using packages::deb::SourceLine;

constexpr std::string_view k_sources = "etc/apt/sources.list.d/definition.sources";
constexpr std::string_view k_debian_keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
// For entries that name their keys by fingerprint.
constexpr std::string_view k_own_keyring = "/etc/apt/keyrings/definition.gpg";

// The files that may vouch for a repository.
std::vector<std::string> keyrings_of(const SourceLine& line) {
  if (line.signed_by.empty()) return {std::string(k_debian_keyring)};
  std::vector<std::string> files;
  for (const std::string& signer : line.signed_by)
    files.push_back(signer.starts_with('/') ? signer : std::string(k_own_keyring));
  std::ranges::sort(files);
  files.erase(std::ranges::unique(files).begin(), files.end());
  return files;
}

std::string stanza(const SourceLine& line) {
  std::string text = fmt::format("Types: deb\nURIs: {}\nSuites: {}\n", line.uri, line.suite);
  if (!line.components.empty()) text += fmt::format("Components: {}\n", join(line.components, " "));
  if (!line.architectures.empty())
    text += fmt::format("Architectures: {}\n", join(line.architectures, " "));
  if (!line.check_valid_until) text += "Check-Valid-Until: no\n";
  return text + fmt::format("Signed-By: {}\n", join(keyrings_of(line), " "));
}

// A keyring that a package brings stays the package's. Apt tells the two forms by the name.
Result<> make_keyring(const std::string& path, const std::string& keys, Maker& maker) {
  std::string inside = TRY(clean_path(path));
  if (maker.exists(inside)) return {};
  return maker.file(inside, path.ends_with(".asc") ? armored_keys(keys) : keys, {0644});
}

}  // namespace

Result<> make_apt_sources(Scene& scene, Maker& maker) {
  const packages::PackageSources& apt = scene.repositories;
  if (!scene.is_dev() || apt.entries.empty()) return {};
  std::string text;
  for (const std::string& entry : apt.entries) {
    SourceLine line = TRY(packages::deb::parse_source_line(entry, scene.architecture));
    text += (text.empty() ? "" : "\n") + stanza(line);
    for (const std::string& keyring : keyrings_of(line))
      for (const auto& key : apt.keys) TRY(make_keyring(keyring, key.bytes, maker));
  }
  return maker.file(k_sources, std::move(text), {0644});
}

}  // namespace kiln::rootfs::deb

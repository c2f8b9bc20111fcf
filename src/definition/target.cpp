// SPDX-License-Identifier: Apache-2.0
#include "definition/target.hpp"

#include "base/strings.hpp"
#include "definition/definition.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace kiln::definition {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 5> k_debian_releases{
    {{"11", "bullseye"}, {"12", "bookworm"}, {"13", "trixie"}, {"14", "forky"}, {"15", "duke"}}};

std::string codename_of(std::string_view version) {
  for (auto [number, codename] : k_debian_releases)
    if (number == version) return std::string(codename);
  return {};
}

// "13" of "13.1"
std::string_view first_part(std::string_view version) {
  return version.substr(0, version.find('.'));
}

std::string version_of(std::string_view codename) {
  for (auto [number, name] : k_debian_releases)
    if (name == codename) return std::string(number);
  return {};
}

bool is_known(std::string_view distro) {
  return distro == "debian" || distro == "alpine";
}

std::string find_distro(const Definition& definition) {
  if (is_known(definition.os_release.id.value)) return definition.os_release.id.value;
  for (std::string_view like : split_words(definition.os_release.id_like.value))
    if (is_known(like)) return std::string(like);
  for (const Text& repository : definition.contents.repositories) {
    if (repository.value.starts_with("deb ")) return "debian";
    if (repository.value.contains("alpine")) return "alpine";
  }
  return {};
}

// The suite of "deb [options] url suite component...", without "-backports" and the like.
std::string suite_of(std::string_view repository) {
  if (!repository.starts_with("deb ")) return {};
  if (size_t options = repository.find(']'); options != repository.npos)
    repository.remove_prefix(options + 1);
  else
    repository.remove_prefix(4);
  auto words = split_words(repository);
  return words.size() < 2 ? std::string() : std::string(words[1].substr(0, words[1].find('-')));
}

// "3.24" out of "https://dl-cdn.alpinelinux.org/alpine/v3.24/main".
std::string alpine_release_of(std::string_view repository) {
  for (std::string_view part : split(repository, '/'))
    if (part.size() > 2 && part[0] == 'v' && part[1] >= '0' && part[1] <= '9')
      return std::string(part.substr(1));
  return {};
}

std::string first_two_parts(std::string_view version) {
  size_t dot = version.find('.');
  if (dot != version.npos) dot = version.find('.', dot + 1);
  return std::string(version.substr(0, dot));
}

template <typename Read>
std::string from_repositories(const Definition& definition, Read read) {
  for (const Text& repository : definition.contents.repositories)
    if (std::string found = read(repository.value); !found.empty()) return found;
  return {};
}

}  // namespace

std::expected<Target, TargetMistake> find_target(const Definition& definition) {
  const OsReleaseBlock& os = definition.os_release;
  Target target;
  target.distro = find_distro(definition);
  if (target.distro.empty())
    return std::unexpected(TargetMistake{
        os.id.given() ? os.id.where : Position(os.where),
        fmt::format("cannot tell the distribution from os-release id \"{}\"", os.id.value),
        "id must be debian or alpine, or id-like name one of them"});
  bool own = os.id.value == target.distro;
  if (target.distro == "debian") {
    if (own) target.codename = os.version_codename.value;
    if (own && target.codename.empty()) target.codename = codename_of(os.version_id.value);
    if (target.codename.empty()) target.codename = from_repositories(definition, suite_of);
    std::string number = version_of(target.codename);
    if (own && os.version_id.given() && !number.empty() &&
        first_part(os.version_id.value) != number)
      return std::unexpected(TargetMistake{
          os.version_id.where,
          fmt::format("Debian {} is \"{}\", not \"{}\"", number, target.codename,
                      os.version_id.value),
          "version-id and version-codename must name one release, which scanners look up"});
    target.version = own ? os.version_id.value : "";
    if (target.version.empty()) target.version = number;
  } else {
    if (own) target.version = first_two_parts(os.version_id.value);
    if (target.version.empty()) target.version = from_repositories(definition, alpine_release_of);
  }
  if (target.version.empty() || (target.distro == "debian" && target.codename.empty()))
    return std::unexpected(TargetMistake{
        os.version_id.given() ? os.version_id.where : Position(os.where),
        fmt::format("cannot tell which release of {} this is for", target.distro),
        target.distro == "debian" ? "write version-id: \"13\" and version-codename: trixie"
                                  : "write version-id: \"3.24\""});
  return target;
}

}  // namespace kiln::definition

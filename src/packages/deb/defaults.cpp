// SPDX-License-Identifier: Apache-2.0
#include "packages/deb/defaults.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace kiln::packages::deb {

namespace {

constexpr std::array<std::string_view, 2> k_codenames = {"trixie", "bookworm"};
constexpr std::string_view k_archive = "http://deb.debian.org/debian";
constexpr std::string_view k_security_archive = "http://deb.debian.org/debian-security";

std::vector<std::string> keys_of(std::string_view codename,
                                 std::initializer_list<std::string_view> roles,
                                 const std::vector<std::string>& extra) {
  std::vector<std::string> keys;
  for (std::string_view role : roles) {
    std::string name = fmt::format("{}-{}", codename, role);
    const auto place = std::ranges::find(embedded_keys(), name, &EmbeddedKey::name);
    ASSERT(place != embedded_keys().end());
    keys.emplace_back(place->text);
  }
  keys.insert(keys.end(), extra.begin(), extra.end());
  return keys;
}

std::vector<std::string> mirrors_or(const std::vector<std::string>& given,
                                    std::string_view official) {
  return given.empty() ? std::vector<std::string>{std::string(official)} : given;
}

}  // namespace

std::vector<std::string> known_codenames() {
  return {k_codenames.begin(), k_codenames.end()};
}

Result<std::vector<Repository>> default_repositories(std::string_view codename,
                                                     const ArchiveDefaults& defaults) {
  if (std::ranges::find(k_codenames, codename) == k_codenames.end())
    return fail(ErrorCode::unsupported,
                fmt::format("the keys of Debian \"{}\" do not come with Kiln", printable(codename)),
                "known releases are " + join(known_codenames(), ", "));
  Repository main;
  main.mirrors = mirrors_or(defaults.mirrors, k_archive);
  main.suite = codename;
  main.components = {"main"};
  main.keys = keys_of(codename, {"stable", "automatic"}, defaults.extra_keys);
  main.label = "debian";

  Repository updates = main;
  updates.suite = fmt::format("{}-updates", codename);
  updates.may_lack_architecture = true;

  Repository security = main;
  security.mirrors = mirrors_or(defaults.security_mirrors, k_security_archive);
  security.suite = fmt::format("{}-security", codename);
  security.may_lack_architecture = true;
  security.keys = keys_of(codename, {"security-automatic"}, defaults.extra_keys);
  return std::vector{std::move(main), std::move(updates), std::move(security)};
}

}  // namespace kiln::packages::deb

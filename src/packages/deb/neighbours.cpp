// SPDX-License-Identifier: Apache-2.0
#include "packages/deb/neighbours.hpp"

#include "packages/deb/defaults.hpp"
#include "packages/deb/suite.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::packages::deb {

namespace {

// Debian policy 2.2; non-free-firmware since bookworm.
constexpr std::array<std::string_view, 4> k_components = {"main", "contrib", "non-free",
                                                          "non-free-firmware"};
constexpr std::string_view k_unstable = "sid";

// The same suite with the components that were not loaded; none when all were.
std::optional<Repository> other_components(const Repository& loaded) {
  Repository rest = loaded;
  rest.components.clear();
  for (std::string_view component : k_components)
    if (std::ranges::find(loaded.components, component) == loaded.components.end())
      rest.components.emplace_back(component);
  if (rest.components.empty()) return std::nullopt;
  return rest;
}

Repository backports_of(const Repository& release) {
  Repository backports = release;
  backports.suite += "-backports";
  backports.components = {k_components.begin(), k_components.end()};
  return backports;
}

Repository other_release(const Repository& release, std::string_view codename) {
  Repository other = release;
  other.suite = codename;
  for (const EmbeddedKey& key : embedded_keys()) other.keys.emplace_back(key.text);
  return other;
}

bool is_debian(const Repository& repository) {
  return repository.label == "debian" && !repository.flat();
}

}  // namespace

Neighbours::Neighbours(std::span<const Repository> loaded, std::string architecture,
                       const ArchiveOptions& options, World& world)
    : architecture_(std::move(architecture)), options_(options), world_(world) {
  // An old list explains, too.
  options_.check_valid_until = false;
  options_.greatest_age = {};
  options_.allow_older = true;
  auto& [components, backports, releases] = rings_;
  std::vector<std::string> codenames = known_codenames();
  for (const Repository& repository : loaded) {
    if (!is_debian(repository)) continue;
    if (auto rest = other_components(repository)) components.repositories.push_back(*rest);
    if (std::ranges::find(codenames, repository.suite) == codenames.end()) continue;
    backports.repositories.push_back(backports_of(repository));
    for (const std::string& codename : codenames)
      if (codename != repository.suite)
        releases.repositories.push_back(other_release(repository, codename));
    releases.repositories.push_back(other_release(repository, k_unstable));
  }
}

void Neighbours::read(const Repository& repository, Ring& ring) const {
  auto missed = [&](const Error& error, const std::string& name) {
    bool absent = error.code == ErrorCode::not_found && !world_.offline;
    if (!absent) ring.not_read.push_back(name);
  };
  auto suite = load_suite(repository, options_, world_);
  if (!suite) return missed(suite.error(), repository.str());
  for (const std::string& component : repository.components) {
    auto& offered = suite->release.components;
    if (std::ranges::find(offered, component) == offered.end()) continue;
    std::string name = fmt::format("{} {}", repository.str(), component);
    auto path = fmt::format("{}/binary-{}/Packages", component, architecture_);
    auto compiled = load_index(repository, *suite, path, world_);
    if (compiled)
      ring.lists.push_back({std::move(name), std::move(*compiled)});
    else
      missed(compiled.error(), name);
  }
}

void Neighbours::read(Ring& ring) const {
  if (std::exchange(ring.read, true)) return;
  for (const Repository& repository : ring.repositories) read(repository, ring);
}

Elsewhere Neighbours::holding(std::string_view name) const {
  std::scoped_lock lock(mutex_);
  Elsewhere found;
  for (Ring& ring : rings_) {
    read(ring);
    for (const List& list : ring.lists)
      for (uint32_t record : list.compiled.index.named(name))
        found.places.push_back(fmt::format("{} ({})", list.name,
                                           list.compiled.index.text(record, IndexField::version)));
    if (!found.places.empty()) return {std::move(found.places), {}};
    std::ranges::copy(ring.not_read, std::back_inserter(found.not_read));
  }
  return found;
}

}  // namespace kiln::packages::deb

// SPDX-License-Identifier: Apache-2.0
#include "cli/owners.hpp"

#include "cli/pipeline.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::cli {

namespace {

constexpr std::string_view k_definition = "definition ";

bool has_inputs(const plan::Plan& plan, const Store& store) {
  return std::ranges::all_of(plan.packages, [&](const auto& p) { return store.has(p.sha256); }) &&
         std::ranges::all_of(plan.sources, [&](const auto& s) { return store.has(s.sha256); });
}

Result<> put_planned_owners(image::ImageView& view, const plan::LockedPlan& locked,
                            Session& session) {
  World& world = *TRY(session.world());
  if (!has_inputs(locked.plan, world.store)) return {};
  rootfs::Rootfs tree = TRY(install_plan(locked.plan, world));
  for (const auto& [path, file] : view.tree.files()) {
    auto node = tree.nodes.find(path);
    if (file.type == model::FileType::directory || node == tree.nodes.end()) continue;
    std::vector<std::string> owners;
    for (const model::Owner& owner : node->second.owners) owners.push_back(owner_name(owner));
    if (!owners.empty())
      view.owners.insert_or_assign(path, fmt::format("{}", fmt::join(owners, ", ")));
    for (const model::Owner& modifier : node->second.modifiers)
      view.modifiers[path].push_back(modifier.str());
  }
  return {};
}

}  // namespace

std::string owner_name(const model::Owner& owner) {
  return owner.kind == model::Owner::Kind::package ? owner.name : owner.str();
}

std::string with_place(const std::string& owner, const plan::LockedPlan& locked) {
  if (!owner.starts_with(k_definition)) return owner;
  auto place = locked.places.find(owner.substr(k_definition.size()));
  return place == locked.places.end() ? owner : fmt::format("{} ({})", owner, place->second);
}

// A store that cannot be opened is none that has the packages.
void use_planned_owners(image::ImageView& view, const plan::LockedPlan& locked, Session& session) {
  (void)put_planned_owners(view, locked, session);
}

std::optional<plan::LockedPlan> use_lock_beside(image::ImageView& view, const OpenedImage& opened,
                                                Session& session) {
  Result<plan::Lock> lock = lock_of(opened);
  const plan::LockedPlan* locked = lock ? lock->find(opened.image.config.platform) : nullptr;
  if (locked == nullptr) return std::nullopt;
  use_planned_owners(view, *locked, session);
  return *locked;
}

}  // namespace kiln::cli

// SPDX-License-Identifier: Apache-2.0
//
// The solver's last step: the answer, from the wishes down.
#include "packages/apk/solver_state.hpp"

#include <algorithm>
#include <ranges>
#include <utility>

#include <fmt/format.h>

namespace kiln::packages::apk {

void Solver::check_collected(const Link& link, PackageId by) {
  if (provided(link, name_state(link.name).chosen)) return;
  std::string who =
      by == k_nobody ? "what is asked for" : std::string(joined_.text(joined_.package(by).name));
  contradict(by, fmt::format("{} of {} is not satisfied", joined_.text(link.name), who));
}

void Solver::collect(const Link& wish) {
  check_collected(wish, k_nobody);
  follow(wish.name, {&Solver::collect_name, &Solver::collect_package, &Solver::collect_triggered});
}

void Solver::collect_name(Frames& frames) {
  Frame frame = frames.back();
  frames.pop_back();
  if (std::exchange(name_state(frame.id).collected, true)) return;
  PackageId chosen = name_state(frame.id).chosen.package;
  if (chosen == k_nobody || std::exchange(package_state(chosen).taken, true)) return;
  const Package& package = joined_.package(chosen);
  name_state(package.name).collected = true;
  for (const auto& [name, version] : package.provides) name_state(name).collected = true;
  frames.push_back({.kind = Frame::Kind::package, .id = chosen, .by_trigger = frame.by_trigger});
}

void Solver::collect_package(Frames& frames) {
  Frame& frame = frames.back();
  PackageId id = frame.id;
  PackageState& state = package_state(id);
  while (frame.next < state.depends.size()) {
    const Link& link = state.depends[frame.next];
    if (!std::exchange(frame.begun, true)) {
      check_collected(link, id);
      // Comes back here when that is collected.
      frames.push_back({.kind = Frame::Kind::name, .id = link.name});
      return;
    }
    PackageId chosen = name_state(link.name).chosen.package;
    if (chosen != k_nobody && package_state(chosen).refused) state.refused = true;
    frame.begun = false;
    ++frame.next;
  }
  const Package& package = joined_.package(id);
  solution_.packages.push_back(package.candidate);
  if (frame.by_trigger) solution_.triggered.push_back(package.candidate);
  frames.pop_back();
  // The last one pushed is the first one looked at.
  for (const auto& [name, version] : std::views::reverse(package.provides))
    frames.push_back({.kind = Frame::Kind::triggers, .id = name});
  frames.push_back({.kind = Frame::Kind::triggers, .id = package.name});
}

// Packages whose install_if is met now that a name is in the answer.
void Solver::collect_triggered(Frames& frames) {
  Frame& frame = frames.back();
  const std::vector<NameId>& conditional = name_state(frame.id).conditional;
  while (frame.next < conditional.size()) {
    NameId id = conditional[frame.next++];
    PackageId triggered = name_state(id).chosen.package;
    if (triggered == k_nobody || name_state(id).collected) continue;
    bool met =
        std::ranges::all_of(joined_.package(triggered).install_if, [&](const Link& condition) {
          const NameState& name = name_state(condition.name);
          return name.collected && provided(condition, name.chosen);
        });
    if (!met) continue;
    frames.push_back({.kind = Frame::Kind::name, .id = id, .by_trigger = true});
    return;
  }
  frames.pop_back();
}

}  // namespace kiln::packages::apk

// SPDX-License-Identifier: Apache-2.0
#include "plan/pins.hpp"

#include "base/strings.hpp"
#include "plan/failure.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

namespace kiln::plan {

using packages::CandidateId;
using packages::RelationOp;
using packages::Universe;

namespace {

constexpr std::array k_steps{PinPolicy::exact, PinPolicy::same_version, PinPolicy::same_upstream,
                             PinPolicy::any};

bool fits(const Universe& universe, std::string_view asked, std::string_view version,
          PinPolicy step) {
  switch (step) {
    case PinPolicy::exact:
      return universe.compare_versions(asked, version) == std::strong_ordering::equal;
    case PinPolicy::same_version:
      return universe.compare_versions(universe.without_rebuilds(asked),
                                       universe.without_rebuilds(version)) ==
             std::strong_ordering::equal;
    case PinPolicy::same_upstream:
      return universe.compare_versions(universe.upstream_of(asked),
                                       universe.upstream_of(version)) ==
             std::strong_ordering::equal;
    case PinPolicy::any:
      return true;
  }
  return false;
}

struct Find {
  CandidateId candidate;
  PinPolicy step;
};

// The best candidate of the strictest step that has one, no further than `limit`.
std::optional<Find> find(const Universe& universe, const Wish& wish, PinPolicy limit) {
  std::vector<CandidateId> named = universe.for_wish(wish.requirement.name);
  for (PinPolicy step : k_steps) {
    if (step > limit) break;
    for (CandidateId id : named)
      if (fits(universe, wish.requirement.version, universe.get(id).id.version, step))
        return Find{id, step};
  }
  return std::nullopt;
}

}  // namespace

std::string_view str(PinPolicy policy) {
  switch (policy) {
    case PinPolicy::exact:
      return "exact";
    case PinPolicy::same_version:
      return "same-version";
    case PinPolicy::same_upstream:
      return "same-upstream";
    case PinPolicy::any:
      return "any";
  }
  return "";
}

Result<PinPolicy> parse_pin_policy(std::string_view text) {
  for (PinPolicy policy : k_steps)
    if (str(policy) == text) return policy;
  return fail(ErrorCode::bad_input, fmt::format("there is no pin policy {}", printable(text)),
              "use exact, same-version, same-upstream or any");
}

Result<Wish> apply_pin(const Universe& universe, const Wish& wish, PinPolicy policy,
                       std::vector<Relaxation>& relaxations) {
  const packages::Requirement& wanted = wish.requirement;
  if (wanted.op != RelationOp::equal || universe.for_wish(wanted.name).empty()) return wish;
  if (auto found = find(universe, wish, policy)) {
    Wish taken = wish;
    taken.requirement.version = universe.get(found->candidate).id.version;
    if (found->step != PinPolicy::exact)
      relaxations.push_back({wanted.name, wanted.version, taken.requirement.version, found->step});
    return taken;
  }
  Error error = missing_version(universe, wish);
  if (auto found = find(universe, wish, PinPolicy::any))
    error.hint += fmt::format("; `--pins {}` would take {}", str(found->step),
                              universe.get(found->candidate).id.version);
  return std::unexpected(std::move(error));
}

}  // namespace kiln::plan

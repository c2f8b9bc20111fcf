// SPDX-License-Identifier: Apache-2.0
//
// What becomes of "name=version" in a definition whose version the archive does not have (any more,
// or never had: vendors pin their own rebuilds). A policy says how far a pin may be relaxed; its
// steps are tried in order and every relaxation is recorded.
//
//   exact          the version itself
//   same-version   the same version once rebuild suffixes are set aside: "+dhi1" and other "+dhiN",
//                  "+bN" (Debian's binary rebuilds), "+debNuM" and "~debNuM" (its updates)
//   same-upstream  the same upstream version, without epoch and Debian revision
//   any            what would be installed without the pin
#pragma once
#include "packages/universe.hpp"
#include "plan/resolver.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kiln::plan {

enum class PinPolicy { exact, same_version, same_upstream, any };

std::string_view str(PinPolicy policy);
// The inverse of str(); fails with bad_input and lists the policies.
Result<PinPolicy> parse_pin_policy(std::string_view text);

// A pin that was not met as written.
struct Relaxation {
  std::string package;
  std::string asked;
  std::string taken;
  PinPolicy policy = PinPolicy::same_version;  // the step that found `taken`
  bool operator==(const Relaxation&) const = default;
};

// Replaces the version of a wish "name = version" by the best one that exists and that `policy`
// allows, and adds to `relaxations` when that is another. Wishes of other kinds stay as they are.
// Fails with unsatisfiable when nothing fits; the hint lists what exists and names the policy that
// would help.
Result<Wish> apply_pin(const packages::Universe& universe, const Wish& wish, PinPolicy policy,
                       std::vector<Relaxation>& relaxations);

}  // namespace kiln::plan

// SPDX-License-Identifier: Apache-2.0
#include "plan/pins.hpp"

#include "support/mock_universe.hpp"

#include <gtest/gtest.h>

namespace kiln::plan {
namespace {

using packages::RelationOp;
using testing::MockUniverse;

Wish pin(std::string name, std::string version) {
  return {{std::move(name), RelationOp::equal, std::move(version), ""}, "image.yaml:9"};
}

// "taken (step)", or the error and its hint.
std::string take(std::string_view universe, const Wish& wish, PinPolicy policy) {
  std::vector<Relaxation> relaxations;
  auto taken = apply_pin(MockUniverse(universe), wish, policy, relaxations);
  if (!taken) return taken.error().message + " / " + taken.error().hint;
  if (relaxations.empty()) return taken->requirement.version;
  const Relaxation& relaxed = relaxations.at(0);
  EXPECT_EQ(relaxed.package, wish.requirement.name);
  EXPECT_EQ(relaxed.asked, wish.requirement.version);
  EXPECT_EQ(relaxed.taken, taken->requirement.version);
  return relaxed.taken + " (" + std::string(str(relaxed.policy)) + ")";
}

TEST(Pins, TakeTheExactVersionWhereItExists) {
  constexpr std::string_view git = "git 1:2.47.3-0+deb13u1\ngit 1:2.47.3-0+deb13u2\n";
  EXPECT_EQ(take(git, pin("git", "1:2.47.3-0+deb13u1"), PinPolicy::any), "1:2.47.3-0+deb13u1");
}

TEST(Pins, SetRebuildSuffixesAside) {
  auto same_version = [](std::string line, std::string version) {
    std::string name = line.substr(0, line.find(' '));
    return take(line, pin(name, std::move(version)), PinPolicy::same_version);
  };
  EXPECT_EQ(same_version("bash 5.2.37-2+b10", "5.2.37-2+dhi1"), "5.2.37-2+b10 (same-version)");
  EXPECT_EQ(same_version("ca-certificates 20250419", "20250419+dhi2"), "20250419 (same-version)");
  EXPECT_EQ(same_version("ca-certificates 20250419~deb12u2", "20250419~deb12u1"),
            "20250419~deb12u2 (same-version)");
  EXPECT_EQ(same_version("busybox 1:1.37.0-6+b9", "1:1.37.0-6+dhi3"),
            "1:1.37.0-6+b9 (same-version)");
  EXPECT_EQ(same_version("curl 8.14.1-2+deb13u4", "8.14.1-2"), "8.14.1-2+deb13u4 (same-version)");
}

TEST(Pins, RelaxNoFurtherThanTheStrictestStepThatHelps) {
  constexpr std::string_view text = "x 2.0-1\nx 1.5-3\nx 1.5-2+b1\n";
  EXPECT_EQ(take(text, pin("x", "1.5-2+dhi4"), PinPolicy::any), "1.5-2+b1 (same-version)");
  EXPECT_EQ(take(text, pin("x", "1.5-9"), PinPolicy::any), "1.5-3 (same-upstream)");
  EXPECT_EQ(take(text, pin("x", "1.4-1"), PinPolicy::any), "2.0-1 (any)");
}

TEST(Pins, NameThePolicyThatWouldHelp) {
  EXPECT_EQ(take("bash 5.2.37-2+b10", pin("bash", "5.2.37-2+dhi1"), PinPolicy::exact),
            "there is no version of bash that is 5.2.37-2+dhi1 (image.yaml:9) / there are: "
            "5.2.37-2+b10 (debian trixie main); `--pins same-version` would take 5.2.37-2+b10");
  EXPECT_EQ(take("oras 1.2-1", pin("oras", "1.3.2"), PinPolicy::same_upstream),
            "there is no version of oras that is 1.3.2 (image.yaml:9) / there are: "
            "1.2-1 (debian trixie main); `--pins any` would take 1.2-1");
}

TEST(Pins, PoliciesReadBackAsWritten) {
  for (std::string_view name : {"exact", "same-version", "same-upstream", "any"})
    EXPECT_EQ(str(testing::value(parse_pin_policy(name))), name);
  EXPECT_EQ(parse_pin_policy("loose").error().hint,
            "use exact, same-version, same-upstream or any");
}

}  // namespace
}  // namespace kiln::plan

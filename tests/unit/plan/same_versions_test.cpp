// SPDX-License-Identifier: Apache-2.0
#include "plan/same_versions.hpp"

#include "support/result_matchers.hpp"

#include <gtest/gtest.h>

namespace kiln::plan {
namespace {

LockedPlan plan_for(std::string_view platform, std::string version, std::string source_version) {
  LockedPlan locked;
  locked.plan.platform = testing::value(model::Platform::parse(platform));
  locked.plan.spec.definition_name = "image/curl/alpine-3.22/8";
  locked.plan.packages = {{{"musl", std::move(version), "any"}, sha256("musl"), 1}};
  locked.origins = {{.source = "musl",
                     .source_version = std::move(source_version),
                     .repository = {},
                     .urls = {},
                     .installed_size = 0,
                     .reasons = {}}};
  return locked;
}

TEST(SameVersions, APackageHasOneVersionOnAllPlatforms) {
  std::vector plans = {plan_for("linux/amd64", "1.2.5-r1", "1.2.5-r1"),
                       plan_for("linux/arm64", "1.2.5-r1", "1.2.5-r1")};
  EXPECT_OK(check_same_versions(plans));
  plans.push_back(plan_for("linux/arm/v7", "1.2.5-r0", "1.2.5-r0"));
  auto checked = check_same_versions(plans);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::unsatisfiable);
  EXPECT_EQ(checked.error().message,
            "image/curl/alpine-3.22/8 would have musl 1.2.5-r1 for linux/amd64, but 1.2.5-r0 for "
            "linux/arm/v7");
  EXPECT_FALSE(checked.error().hint.empty());
}

TEST(SameVersions, RebuildsOfOneSourceAreOneVersion) {
  std::vector plans = {plan_for("linux/amd64", "1.2.5-1", "1.2.5-1"),
                       plan_for("linux/arm64", "1.2.5-1+b2", "1.2.5-1")};
  EXPECT_OK(check_same_versions(plans));
}

TEST(SameVersions, OtherImagesAndOtherRequestsMayDiffer) {
  std::vector plans = {plan_for("linux/amd64", "1.2.5-r1", "1.2.5-r1"),
                       plan_for("linux/arm64", "1.2.5-r0", "1.2.5-r0")};
  plans[1].plan.spec.definition_name = "image/curl/alpine-3.21/8";
  EXPECT_OK(check_same_versions(plans));
  plans[1].plan.spec.definition_name = plans[0].plan.spec.definition_name;
  plans[1].plan.spec.packages = {{false, "musl", definition::VersionMatch::equal, "1.2.5-r0"}};
  EXPECT_OK(check_same_versions(plans));
}

}  // namespace
}  // namespace kiln::plan

// SPDX-License-Identifier: Apache-2.0
#include "definition/package_request.hpp"

#include "support/result_matchers.hpp"

#include <gtest/gtest.h>

namespace kiln::definition {
namespace {

using testing::value;

TEST(PackageRequest, ReadsEveryFormAndWritesItBack) {
  auto exact = value(parse_package_request("git=1:2.47.3-0+deb13u1"));
  EXPECT_EQ(exact, (PackageRequest{false, "git", VersionMatch::equal, "1:2.47.3-0+deb13u1"}));
  auto fuzzy = value(parse_package_request("libxml2-dev~2.13"));
  EXPECT_EQ(fuzzy, (PackageRequest{false, "libxml2-dev", VersionMatch::fuzzy, "2.13"}));
  auto excluded = value(parse_package_request("!dpkg"));
  EXPECT_EQ(excluded, (PackageRequest{true, "dpkg", VersionMatch::none, ""}));
  for (std::string_view text :
       {"redis=6:7.2.16-1rl1~trixie1", "!mawk", "binutils-${ARCH}-linux-gnu", "cmd:resolvconf",
        "libxml2-dev~2.13", "libstdc++6", "so:libc.musl-x86_64.so.1", "x=${VERSION}", "jq@edge",
        "jq@edge=1.7"})
    EXPECT_EQ(value(parse_package_request(text)).str(), text);
}

TEST(PackageRequest, RefusesWhatIsNoPackage) {
  auto message = [](std::string_view text) { return parse_package_request(text).error().message; };
  EXPECT_EQ(message(""), "package \"\": the name is missing");
  EXPECT_EQ(message("!"), "package \"!\": the name is missing");
  EXPECT_EQ(message("curl="), "package \"curl=\": the version is missing");
  EXPECT_EQ(message("curl@"),
            "package \"curl@\": a repository's tag stands behind the name: name@tag");
  EXPECT_EQ(message("curl@e dge=8"),
            "package \"curl@e dge=8\": \" \" cannot stand in a repository's tag");
  EXPECT_EQ(message("!curl@edge"), "package \"!curl@edge\": \"@\" cannot stand in a package name");
  EXPECT_EQ(message("!jq=1"), "package \"!jq=1\": an exclusion is of all versions and names none");
  EXPECT_EQ(message("curl >= 8"), "package \"curl >= 8\": \" \" cannot stand in a package name");
  EXPECT_EQ(message("curl=8;rm"), "package \"curl=8;rm\": \";\" cannot stand in a version");
  EXPECT_EQ(message("a${B"), "package \"a${B\": \"$\" cannot stand in a package name");
}

}  // namespace
}  // namespace kiln::definition

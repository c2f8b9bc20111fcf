// SPDX-License-Identifier: Apache-2.0
#include "definition/resolve.hpp"

#include "definition/expression.hpp"
#include "definition/ports.hpp"
#include "definition/target.hpp"
#include "definition/variables.hpp"
#include "support/result_matchers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::definition {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::value;

Definition loaded(const std::string& more) {
  Diagnostics diagnostics;
  std::string text = "name: X\nimage: a/x\ntags: [x]\n" + more;
  if (!more.contains("os-release")) text += "os-release: {id: debian, version-id: \"13\"}\n";
  auto definition =
      load("image/x/1.yaml", text, diagnostics, {.root = ".", .check_sources = false});
  EXPECT_TRUE(definition) << diagnostics.print(false);
  return definition.value_or(Definition{});
}

ImageSpec spec_of(const std::string& more, std::string_view platform = "linux/amd64") {
  return value(resolve(loaded(more), platform));
}

TEST(Resolve, APositiveEntryWinsOverItsExclusion) {
  ImageSpec spec =
      spec_of("contents: {packages: ['!mawk', '!tar', mawk, curl, 'tar=1.35', curl]}\n");
  std::vector<std::string> packages;
  for (const PackageRequest& request : spec.packages) packages.push_back(request.str());
  EXPECT_THAT(packages, ElementsAre("mawk", "curl", "tar=1.35"));
  EXPECT_TRUE(spec.exclusions.empty());
  EXPECT_THAT(spec_of("contents: {packages: ['!dpkg', curl]}\n").exclusions, ElementsAre("dpkg"));
}

TEST(Resolve, VariablesDependOnThePlatform) {
  std::string text =
      "vars:\n"
      "  ARCH: '#{ target.arch == \"amd64\" ? \"x86-64\" : \"aarch64\" }'\n"
      "  LIB: ${ARCH}-linux-gnu\n"
      "contents: {packages: ['binutils-${LIB}']}\n"
      "environment: {P: '/lib/${LIB}', Q: '#{ target.dev ? \"d\" : \"r\" }', R: '${UNKNOWN}', S: "
      "'$ARCH'}\n"
      "paths:\n"
      "  - {type: symlink, path: '/usr/lib/${LIB}/x', source: '../${target.arch}'}\n"
      "  - {type: directory, path: /arm, platforms: [linux/arm64]}\n"
      "  - {type: directory, path: /amd, if: target.arch == \"amd64\"}\n";
  ImageSpec amd = spec_of(text);
  EXPECT_EQ(amd.packages[0].name, "binutils-x86-64-linux-gnu");
  EXPECT_EQ(amd.environment.at("P"), "/lib/x86-64-linux-gnu");
  EXPECT_EQ(amd.environment.at("Q"), "r");
  EXPECT_EQ(amd.environment.at("R"), "${UNKNOWN}");
  EXPECT_EQ(amd.environment.at("S"), "$ARCH");
  ASSERT_EQ(amd.paths.size(), 2U);
  EXPECT_EQ(amd.paths[0].path, "/usr/lib/x86-64-linux-gnu/x");
  EXPECT_EQ(amd.paths[0].source, "../amd64");
  EXPECT_EQ(amd.paths[1].path, "/amd");
  ImageSpec arm = spec_of(text, "linux/arm64");
  EXPECT_EQ(arm.packages[0].name, "binutils-aarch64-linux-gnu");
  EXPECT_EQ(arm.paths[1].path, "/arm");
}

TEST(Resolve, NormalisesPortsPathsAndModes) {
  ImageSpec spec = spec_of(
      "ports: [80, 80/tcp, 8000-8002/udp]\nvolumes: [/data/]\nwork-dir: /srv//x/\noutput: "
      "squashed\n"
      "paths: [{type: directory, path: /tmp/, mode: \"1777\", uid: 1, gid: 2}, "
      "{type: file, path: /a, source: image/x/./f}]\n");
  EXPECT_THAT(spec.ports, ElementsAre("80/tcp", "8000/udp", "8001/udp", "8002/udp"));
  EXPECT_THAT(spec.volumes, ElementsAre("/data"));
  EXPECT_EQ(spec.work_dir, "/srv/x");
  EXPECT_TRUE(spec.squashed);
  EXPECT_EQ(spec.paths[0].path, "/tmp");
  EXPECT_EQ(spec.paths[0].mode, 01777U);
  EXPECT_THAT(spec.sources, ElementsAre("image/x/f"));
  EXPECT_EQ(spec.definition_name, "image/x/1");
  EXPECT_EQ(spec.variant, "runtime");
}

TEST(Resolve, RefusesAPathThatAVariableLeadsOut) {
  auto spec = resolve(loaded("vars: {UP: ../../etc}\npaths: [{type: file, path: '/a/${UP}'}]\n"),
                      "linux/amd64");
  ASSERT_FALSE(spec);
  EXPECT_THAT(spec.error().message, HasSubstr("image/x/1.yaml:5:"));
}

TEST(Resolve, ADefinitionThatNamesNoPlatformsIsForEach) {
  for (std::string platform : {"linux/amd64", "linux/s390x", "linux/arm/v7"})
    EXPECT_EQ(resolve(loaded(""), platform).value().platform, platform);
}

TEST(Resolve, RefusesOtherPlatformsAndKinds) {
  auto spec = resolve(loaded("platforms: [linux/arm64]\n"), "linux/amd64");
  EXPECT_EQ(spec.error().message, "image/x/1 is not built for linux/amd64");
  EXPECT_EQ(spec.error().hint, "it is built for linux/arm64");
  EXPECT_FALSE(resolve(loaded(""), "linux/pdp11"));
  Definition package = loaded("");
  package.kind = Kind::package;
  EXPECT_EQ(resolve(package, "linux/amd64").error().message,
            "image/x/1 is a package, not an image");
}

TEST(Resolve, OsReleaseHasTheOrderOfTheFile) {
  ImageSpec spec = spec_of("os-release: {version-id: \"13\", pretty-name: P, id: debian}\n");
  EXPECT_THAT(spec.os_release, ElementsAre(std::pair("ID", "debian"), std::pair("VERSION_ID", "13"),
                                           std::pair("PRETTY_NAME", "P")));
}

TEST(Target, ComesFromOsReleaseOrRepositories) {
  auto target = [](const std::string& text) { return find_target(loaded(text)).value(); };
  EXPECT_EQ(target("os-release: {id: debian, version-id: \"12\"}\n"),
            (Target{"debian", "bookworm", "12"}));
  EXPECT_EQ(target("os-release: {id: debian, version-id: \"13.1\", version-codename: trixie}\n"),
            (Target{"debian", "trixie", "13.1"}));
  EXPECT_EQ(target("os-release: {id: debian, version-codename: trixie}\n"),
            (Target{"debian", "trixie", "13"}));
  EXPECT_EQ(target("os-release: {id: alpine, version-id: 3.24.1}\n"),
            (Target{"alpine", "", "3.24"}));
  EXPECT_EQ(
      target(
          "os-release: {id: acme, id-like: linux debian, version-id: \"7\"}\n"
          "contents: {repositories: ['deb [signed-by=/k.gpg] http://x trixie-backports main']}\n"),
      (Target{"debian", "trixie", "13"}));
  EXPECT_EQ(
      target("os-release: {id: acme}\n"
             "contents: {repositories: [https://dl-cdn.alpinelinux.org/alpine/v3.23/main]}\n"),
      (Target{"alpine", "", "3.23"}));
}

std::string evaluated(std::string_view text) {
  NameLookup lookup = [](std::string_view name) -> std::optional<ExpressionValue> {
    if (name == "target.arch") return "arm64";
    if (name == "target.dev") return true;
    return std::nullopt;
  };
  auto result = evaluate(text, lookup);
  return result ? to_text(*result) : "none";
}

TEST(Expression, FollowsExprLang) {
  EXPECT_EQ(evaluated(R"(target.arch == "amd64" ? "A" : "B")"), "B");
  EXPECT_EQ(evaluated(R"((target.arch == "amd64" ? "x86-64" : "aarch64") + "-linux-gnu")"),
            "aarch64-linux-gnu");
  EXPECT_EQ(
      evaluated(R"(target.arch == "a" || target.arch == "arm64" ? "sha256:" + "1" : undefined)"),
      "sha256:1");
  EXPECT_EQ(evaluated(R"(target.dev && target.arch != "arm64")"), "false");
  EXPECT_EQ(evaluated("!target.dev"), "false");
  EXPECT_EQ(evaluated("undefined || target.dev"), "none");
  EXPECT_EQ(evaluated("target.dev || undefined"), "true");
  EXPECT_EQ(evaluated(R"('it\'s' + "\n")"), "it's\n");
  EXPECT_EQ(evaluated(R"("a" == "a" ? "b" == "b" ? "1" : "2" : "3")"), "1");
  EXPECT_EQ(evaluated("target.dev + target.dev"), "none");
}

TEST(Expression, RefusesWhatItCannotRead) {
  for (std::string_view bad : {"", "a ==", "(a", "a ? b", "\"a", "a b", "a & b", "a ? : b", "$"})
    EXPECT_FALSE(is_well_formed(bad)) << bad;
  EXPECT_FALSE(is_well_formed(std::string(100, '(') + "a" + std::string(100, ')')));
  EXPECT_FALSE(is_well_formed(std::string(5000, 'a')));
  EXPECT_TRUE(is_well_formed("a.b == 'c' && !(d || e)"));
}

TEST(Variables, ReplaceOnlyWhatTheyKnow) {
  Variables variables(loaded("flavor: fpm\nvariant: dev\nvars: {A: '1', B_2: 'b ${A}'}\n"),
                      "linux/arm64");
  auto text = [&](std::string_view from) { return value(variables.interpolate(from)); };
  EXPECT_EQ(text("${A}${B_2}"), "1b 1");
  EXPECT_EQ(text("'${target.dir}' ${source.dir} ${target.arch} ${target.dev} ${target.flavor}"),
            "'/target' /src arm64 true fpm");
  EXPECT_EQ(text("\\${A} $A ${A:-x} ${A%.gz} ${#A} ${C} ${project.version} ${A"),
            "\\${A} $A ${A:-x} ${A%.gz} ${#A} ${C} ${project.version} ${A");
  EXPECT_EQ(text("#{ target.arch }"), "#{ target.arch }");
  EXPECT_EQ(value(variables.interpolate_expressions("#{ target.arch } #{ nonsense }")),
            "arm64 #{ nonsense }");
}

TEST(Variables, NameEachOtherInAnyOrder) {
  Variables variables(loaded("vars:\n"
                             "  FULL: ${NAME}-${VERSION}\n"
                             "  VERSION: '#{ definition.vars.MAJOR + \".2\" }'\n"
                             "  MAJOR: \"4\"\n"
                             "  NAME: x\n"
                             "  SHORT: ${FULL:^.*-([0-9]+)\\..*$}\n"
                             "  GONE: ${NOWHERE:^(.*)$}\n"
                             "  LOOP: ${LOOP2}\n"
                             "  LOOP2: ${LOOP}\n"),
                      "linux/amd64");
  auto text = [&](std::string_view from) { return value(variables.interpolate(from)); };
  EXPECT_EQ(text("${FULL} ${SHORT}"), "x-4.2 4");
  EXPECT_EQ(text("${GONE}"), "${NOWHERE:^(.*)$}");
  EXPECT_THAT(text("${LOOP}"), HasSubstr("${LOOP"));
}

TEST(Variables, CannotGrowWithoutEnd) {
  std::string vars = "vars:\n  V0: xxxxxxxxxx\n";
  for (int i = 1; i < 30; ++i) {
    std::string before = "${V" + std::to_string(i - 1) + "}";
    vars += "  V" + std::to_string(i) + ": " + before + before + before + before + "\n";
  }
  auto spec = resolve(loaded(vars + "environment: {A: '${V29}'}\n"), "linux/amd64");
  ASSERT_FALSE(spec);
  EXPECT_EQ(spec.error().code, ErrorCode::limit);
}

}  // namespace
}  // namespace kiln::definition

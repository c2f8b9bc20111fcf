// SPDX-License-Identifier: Apache-2.0
#include "definition/image_spec.hpp"

#include "support/result_matchers.hpp"

#include <gtest/gtest.h>

namespace kiln::definition {
namespace {

using testing::value;

ImageSpec full_spec() {
  ImageSpec spec;
  spec.definition_name = "image/curl/debian-13/8";
  spec.name = "Curl 8.x";
  spec.image = "dhi.io/curl";
  spec.variant = "runtime";
  spec.flavor = "compat";
  spec.tags = {"8", "8.14"};
  spec.platform = "linux/arm64";
  spec.target = {"debian", "trixie", "13"};
  spec.dates = {{"release", "2025-06-24"}};
  spec.repositories = {"deb http://dhi.io/deb trixie main"};
  spec.keyring = {"https://dhi.io/key.asc"};
  spec.packages = {{false, "curl", VersionMatch::equal, "8.14.1-2"},
                   {false, "zlib1g", VersionMatch::none, ""}};
  spec.exclusions = {"dpkg", "tar"};
  spec.mappings = {{"nginx", "pkg:deb/nginx/nginx@1.30.4"}};
  spec.accounts = {true, "nonroot", {{"nonroot", 65532, 65532}}, {{"nonroot", 65532, {"nonroot"}}}};
  spec.os_release = {{"NAME", "Kiln"}, {"ID", "debian"}, {"VERSION_ID", "13"}};
  spec.environment = {{"PATH", "/usr/bin"}};
  spec.paths = {{PathType::directory, "/tmp", "", "", 0, 0, 01777, false},
                {PathType::file, "/etc/x", "one\n", "", 1, 2, std::nullopt, false},
                {PathType::symlink, "/bin/nc", "", "nc.openbsd", 0, 0, std::nullopt, false},
                {PathType::remove, "/var/run", "", "", 0, 0, std::nullopt, false},
                {PathType::empty_file, "/e", "", "", 0, 0, 0, true}};
  spec.sources = {"image/curl/x"};
  spec.annotations = {{"a", "b"}};
  spec.labels = {{"c", "d"}};
  spec.entrypoint = {"curl"};
  spec.cmd = {"--help", ""};
  spec.ports = {"80/tcp"};
  spec.volumes = {"/data"};
  spec.work_dir = "/home";
  spec.stop_signal = "SIGQUIT";
  spec.squashed = true;
  spec.compression = "gzip";
  return spec;
}

TEST(ImageSpec, JsonKeepsEveryField) {
  EXPECT_EQ(value(from_json(to_json(full_spec()))), full_spec());
  EXPECT_EQ(value(from_json(value(parse_json(canonical(to_json(full_spec())))))), full_spec());
}

TEST(ImageSpec, JsonLeavesOutWhatIsEmpty) {
  ImageSpec spec;
  spec.image = "x";
  spec.variant = "runtime";
  spec.platform = "linux/amd64";
  spec.target = {"alpine", "", "3.24"};
  EXPECT_EQ(canonical(to_json(spec)),
            R"({"accounts":{},"format":1,"image":"x","platform":"linux/amd64",)"
            R"("target":{"distro":"alpine","version":"3.24"},"variant":"runtime"})");
  EXPECT_EQ(value(from_json(to_json(spec))), spec);
}

TEST(ImageSpec, RefusesJsonItDoesNotUnderstand) {
  auto message_with = [](std::string_view key, Json changed) {
    Json json = to_json(full_spec());
    json[key] = std::move(changed);
    auto spec = from_json(json);
    return spec ? "no error" : spec.error().message;
  };
  EXPECT_EQ(message_with("format", 2), "normalised definition of format 2, not 1");
  EXPECT_EQ(message_with("tags", "8"), "\"tags\" must be an array, not a string");
  EXPECT_EQ(message_with("packages", Json::array({"a b"})),
            "package \"a b\": \" \" cannot stand in a package name");
  EXPECT_EQ(message_with("os_release", Json::object({{"COLOUR", "red"}})),
            "unknown os_release name \"COLOUR\"");
  EXPECT_EQ(message_with("paths", Json::array({Json::object({{"type", "socket"}})})),
            "unknown path type \"socket\"");
  EXPECT_EQ(
      message_with(
          "accounts",
          Json::object(
              {{"users", Json::array({Json::object({{"name", "a"}, {"uid", -1}, {"gid", 0}})})}})),
      "\"uid\" is out of range");
}

}  // namespace
}  // namespace kiln::definition

// SPDX-License-Identifier: Apache-2.0
//
// The words of the definition language that come from a fixed set, with their spelling.
#pragma once
#include "data/schema.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace kiln::definition {

enum class PathType { directory, file, symlink, remove, empty_file };

enum class Platform {
  linux_amd64,
  linux_arm64,
  linux_arm_v5,
  linux_arm_v7,
  linux_386,
  linux_mips64le,
  linux_ppc64le,
  linux_riscv64,
  linux_s390x
};

// What a definition that names no platforms is checked for.
inline constexpr std::array k_default_platforms{Platform::linux_amd64, Platform::linux_arm64};

enum class Variant { runtime, dev, helm };

enum class Output { layered, squashed };

enum class Compression { zstd, gzip };

enum class Entitlement { public_, enterprise, els };

enum class Sharing { shared, private_, locked };

enum class TrackType {
  github_release,
  github_tag,
  github_repository,
  alpine_package,
  debian_package,
  var_increment,
  oci_artifact,
  file,
  json_file
};

}  // namespace kiln::definition

namespace kiln {

template <>
struct EnumNames<definition::PathType> {
  using enum definition::PathType;
  static constexpr std::array<std::pair<definition::PathType, std::string_view>, 5> values{
      {{directory, "directory"},
       {file, "file"},
       {symlink, "symlink"},
       {remove, "delete"},
       {empty_file, "emptyfile"}}};
};

template <>
struct EnumNames<definition::Platform> {
  using enum definition::Platform;
  static constexpr std::array<std::pair<definition::Platform, std::string_view>, 9> values{
      {{linux_amd64, "linux/amd64"},
       {linux_arm64, "linux/arm64"},
       {linux_arm_v5, "linux/arm/v5"},
       {linux_arm_v7, "linux/arm/v7"},
       {linux_386, "linux/386"},
       {linux_mips64le, "linux/mips64le"},
       {linux_ppc64le, "linux/ppc64le"},
       {linux_riscv64, "linux/riscv64"},
       {linux_s390x, "linux/s390x"}}};
};

template <>
struct EnumNames<definition::Variant> {
  using enum definition::Variant;
  static constexpr std::array<std::pair<definition::Variant, std::string_view>, 3> values{
      {{runtime, "runtime"}, {dev, "dev"}, {helm, "helm"}}};
};

template <>
struct EnumNames<definition::Output> {
  using enum definition::Output;
  static constexpr std::array<std::pair<definition::Output, std::string_view>, 2> values{
      {{layered, "layered"}, {squashed, "squashed"}}};
};

template <>
struct EnumNames<definition::Compression> {
  using enum definition::Compression;
  static constexpr std::array<std::pair<definition::Compression, std::string_view>, 2> values{
      {{zstd, "zstd"}, {gzip, "gzip"}}};
};

template <>
struct EnumNames<definition::Entitlement> {
  using enum definition::Entitlement;
  static constexpr std::array<std::pair<definition::Entitlement, std::string_view>, 3> values{
      {{public_, "public"}, {enterprise, "enterprise"}, {els, "els"}}};
};

template <>
struct EnumNames<definition::Sharing> {
  using enum definition::Sharing;
  static constexpr std::array<std::pair<definition::Sharing, std::string_view>, 3> values{
      {{shared, "shared"}, {private_, "private"}, {locked, "locked"}}};
};

template <>
struct EnumNames<definition::TrackType> {
  using enum definition::TrackType;
  static constexpr std::array<std::pair<definition::TrackType, std::string_view>, 9> values{
      {{github_release, "github_release"},
       {github_tag, "github_tag"},
       {github_repository, "github_repository"},
       {alpine_package, "alpine_package"},
       {debian_package, "debian_package"},
       {var_increment, "var_increment"},
       {oci_artifact, "oci_artifact"},
       {file, "file"},
       {json_file, "json_file"}}};
};

}  // namespace kiln

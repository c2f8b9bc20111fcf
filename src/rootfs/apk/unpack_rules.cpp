// SPDX-License-Identifier: Apache-2.0
#include "rootfs/apk/unpack_rules.hpp"

#include "base/strings.hpp"
#include "packages/apk/relation.hpp"
#include "rootfs/apk/package.hpp"

#include <algorithm>
#include <optional>
#include <tuple>

namespace kiln::rootfs::apk {

namespace {

using packages::PackageFile;
using packages::UnpackedPackage;

// The priority with which a package replaces another's files; nothing when it does not.
std::optional<uint64_t> replaces(const PackageInfo& info, const model::PackageId& other) {
  for (const std::string& word : info.replaces) {
    auto relation = packages::apk::parse_relation(word);
    if (!relation || relation->name != other.name) continue;
    if (packages::apk::fits(*relation, other.version) != relation->conflict)
      return parse_decimal(info.replaces_priority).value_or(0);
  }
  return std::nullopt;
}

Overlap overlap(const UnpackedPackage& old, const UnpackedPackage& made, bool same) {
  PackageInfo first = info_of(old), second = info_of(made);
  if (first.origin == second.origin) return Overlap::replace;
  auto first_replaces = replaces(first, made.id), second_replaces = replaces(second, old.id);
  if (first_replaces > second_replaces) return Overlap::keep;
  if (second_replaces) return Overlap::replace;
  return same ? Overlap::keep : Overlap::conflict;
}

void join_directories(Node& old, const PackageFile& member) {
  auto before = std::tuple{old.uid, old.gid}, after = std::tuple{member.uid, member.gid};
  if (after < before) {
    std::tie(old.uid, old.gid) = after;
    old.mode = member.mode & 07777;
  } else if (after == before) {
    old.mode &= member.mode;
  }
}

constexpr std::string_view k_top_level[] = {"bin", "sbin", "lib"};

bool is_link_into_usr(const PackageFile& file, std::string_view name) {
  std::string_view link = file.link;
  if (link.starts_with('/')) link.remove_prefix(1);
  return file.path == name && file.type == model::FileType::symlink &&
         link == "usr/" + std::string(name);
}

bool says_merged(const PackageFile& file) {
  return file.path.starts_with("usr/lib/ld-musl-") ||
         std::ranges::any_of(k_top_level, [&](auto name) { return is_link_into_usr(file, name); });
}

}  // namespace

UnpackRules unpack_rules(const PackageList& packages, int /*effects_policy*/) {
  UnpackRules rules;
  rules.overlap = overlap;
  rules.join_directories = join_directories;
  bool merged = std::ranges::any_of(
      packages, [](const auto& one) { return std::ranges::any_of(one->files, says_merged); });
  if (merged) rules.merged.assign(std::begin(k_top_level), std::end(k_top_level));
  return rules;
}

}  // namespace kiln::rootfs::apk

// SPDX-License-Identifier: Apache-2.0
#include "rootfs/apk/package_database.hpp"

#include "base/strings.hpp"
#include "codec/tar.hpp"
#include "packages/apk/relation.hpp"
#include "rootfs/apk/installed.hpp"
#include "rootfs/apk/scripts/account.hpp"
#include "rootfs/control.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace kiln::rootfs::apk {

namespace {

using packages::UnpackedPackage;
using Names = std::set<std::string, std::less<>>;

constexpr std::string_view k_database = "lib/apk/db/";

std::string in_database(std::string_view name) {
  return std::string(k_database) + std::string(name);
}

std::string_view relation_name(std::string_view word) {
  auto relation = packages::apk::parse_relation(word);
  return relation ? relation->name : word;
}

// Names that are there: packages and what they provide.
Names present_names(const PackageList& installed) {
  Names names;
  for (const auto& package : installed) {
    names.insert(package->id.name);
    for (const std::string& word : info_of(*package).provides) names.emplace(relation_name(word));
  }
  return names;
}

// A package's dependencies without those that no name that is there satisfies.
std::vector<std::string> satisfiable(const UnpackedPackage& package, const Names& present) {
  std::vector<std::string> words = info_of(package).depends;
  std::erase_if(words, [&](const std::string& word) {
    return !word.starts_with('!') && !present.contains(relation_name(word));
  });
  return words;
}

uint64_t file_size(const Scene& scene, const UnpackedPackage& package) {
  auto planned = std::ranges::find(scene.planned, package.package, &plan::PlannedPackage::sha256);
  return planned == scene.planned.end() ? 0 : planned->size;
}

Result<std::string> installed_text(const Scene& scene) {
  PackageList sorted = scene.packages;
  std::ranges::sort(sorted, {},
                    [](const auto& package) -> const std::string& { return package->id.name; });
  Names present = present_names(sorted);
  std::string text;
  for (const auto& package : sorted) {
    std::vector<std::string> depends =
        scene.is_dev() ? satisfiable(*package, present) : info_of(*package).depends;
    text += TRY(installed_entry(*package, file_size(scene, *package), depends, scene.tree));
  }
  return text;
}

// "<name>-<version>.<checksum>.post-install": a script, for when its package is upgraded or
// removed.
Result<std::string> scripts_tar(const Scene& scene) {
  MemorySink sink;
  TarWriter writer(sink);
  for (const auto& package : scene.packages) {
    for (std::string_view script : k_script_names) {
      std::string_view text = control_member(*package, script);
      if (text.empty()) continue;
      TarEntry entry;
      entry.path = fmt::format("{}-{}.{}{}", package->id.name, package->id.version,
                               package->checksum, script);
      entry.mode = 0755;
      entry.mtime = scene.created;
      entry.size = text.size();
      TRY(writer.add(entry, text));
    }
  }
  TRY(writer.finish());
  return sink.take();
}

// "<checksum> <path>...": which packages wait for changes below which paths.
std::string triggers_text(const PackageList& packages) {
  std::string text;
  for (const auto& package : packages) {
    std::vector<std::string> paths = info_of(*package).triggers;
    if (!paths.empty()) text += fmt::format("{} {}\n", package->checksum, join(paths, " "));
  }
  return text;
}

// With the version that was taken where the pin policy gave way: apk refuses to change anything
// in an image that its world does not fit.
std::string wish_text(definition::PackageRequest request, const Scene& scene) {
  std::string_view name = std::string_view(request.name).substr(0, request.name.find('@'));
  auto taken = std::ranges::find_if(scene.planned,
                                    [&](const auto& planned) { return planned.id.name == name; });
  if (request.match == definition::VersionMatch::equal && taken != scene.planned.end())
    request.version = taken->id.version;
  return request.str();
}

// What the definition asks for, sorted, as `apk add` would have noted it.
std::string world_text(const Scene& scene) {
  std::set<std::string> words;
  for (const definition::PackageRequest& request : scene.spec.packages)
    words.insert(scene.effects_policy < 3 ? request.str() : wish_text(request, scene));
  std::string text;
  for (const std::string& word : words) text += word + "\n";
  return text;
}

}  // namespace

Result<> make_package_database(Scene& scene) {
  Maker maker(scene, {model::Owner::Kind::effect, "package-database"});
  std::string installed = TRY(installed_text(scene));
  TRY(maker.file(in_database("installed"), std::move(installed), {0644}));
  if (!scene.is_dev()) return {};
  std::string scripts = TRY(scripts_tar(scene));
  TRY(maker.file(in_database("scripts.tar"), std::move(scripts), {0644}));
  TRY(maker.file(in_database("triggers"), triggers_text(scene.packages), {0644}));
  TRY(maker.file("etc/apk/world", world_text(scene), {0644}));
  return maker.file("etc/apk/arch", scene.architecture + "\n", {0644});
}

}  // namespace kiln::rootfs::apk

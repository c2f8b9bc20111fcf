// SPDX-License-Identifier: Apache-2.0
//
// Each part is turned into a sorted map on both sides, and the two maps are walked side by side.
#include "image/diff.hpp"

#include "base/strings.hpp"
#include "image/config.hpp"
#include "model/namespace.hpp"

#include <map>
#include <utility>

#include <fmt/format.h>

namespace kiln::image {

namespace {

using model::FileType;

// Calls use(key, before, after) for each key of two sorted maps; the missing side is null.
template <typename Map, typename Use>
void walk_both(const Map& before, const Map& after, const Use& use) {
  auto a = before.begin();
  auto b = after.begin();
  while (a != before.end() || b != after.end()) {
    bool take_a = b == after.end() || (a != before.end() && !(b->first < a->first));
    bool take_b = a == before.end() || (b != after.end() && !(a->first < b->first));
    use(take_a ? a->first : b->first, take_a ? &a->second : nullptr, take_b ? &b->second : nullptr);
    if (take_a) ++a;
    if (take_b) ++b;
  }
}

template <typename T>
Change change_of(const T* before, const T* after) {
  if (before == nullptr) return Change::added;
  return after == nullptr ? Change::removed : Change::changed;
}

using PackageKey = std::pair<std::string, std::string>;  // name, architecture

std::map<PackageKey, std::string> versions_of(const ImageView& view) {
  std::map<PackageKey, std::string> versions;
  for (const InstalledPackage& package : view.packages)
    versions[{package.name, package.architecture}] = package.version;
  return versions;
}

std::vector<PackageChange> diff_packages(const ImageView& before, const ImageView& after) {
  std::vector<PackageChange> changes;
  walk_both(versions_of(before), versions_of(after),
            [&](const PackageKey& key, const std::string* old, const std::string* now) {
              if (old != nullptr && now != nullptr && *old == *now) return;
              changes.push_back({change_of(old, now), key.first, key.second,
                                 old == nullptr ? "" : *old, now == nullptr ? "" : *now});
            });
  return changes;
}

std::vector<std::string> differences(const TreeFile& a, const TreeFile& b) {
  std::vector<std::string> what;
  auto is_file = [](const TreeFile& f) {
    return f.type == FileType::file || f.type == FileType::hard_link;
  };
  bool same_kind = a.type == b.type || (is_file(a) && is_file(b));
  if (!same_kind)
    what.push_back(fmt::format("type {} -> {}", model::str(a.type), model::str(b.type)));
  if (same_kind && a.sha256 != b.sha256) what.emplace_back("content");
  if (a.type == FileType::symlink && b.type == FileType::symlink && a.link != b.link)
    what.push_back(fmt::format("target {} -> {}", a.link, b.link));
  if (a.mode != b.mode && a.type != FileType::symlink)
    what.push_back(fmt::format("mode {:04o} -> {:04o}", a.mode, b.mode));
  if (a.uid != b.uid || a.gid != b.gid)
    what.push_back(fmt::format("owner {}:{} -> {}:{}", a.uid, a.gid, b.uid, b.gid));
  if (a.mtime != b.mtime && a.type != FileType::directory) what.emplace_back("time");
  if (a.xattrs != b.xattrs) what.emplace_back("attributes");
  if (a.device_major != b.device_major || a.device_minor != b.device_minor)
    what.emplace_back("device number");
  return what;
}

std::string owner_in(const ImageView& view, const std::string& path) {
  auto found = view.owners.find(path);
  return found == view.owners.end() ? std::string{} : found->second;
}

std::vector<FileChange> diff_files(const ImageView& before, const ImageView& after) {
  std::vector<FileChange> changes;
  walk_both(before.tree.files(), after.tree.files(),
            [&](const std::string& path, const TreeFile* old, const TreeFile* now) {
              FileChange change;
              change.change = change_of(old, now);
              if (change.change == Change::changed) change.what = differences(*old, *now);
              if (change.change == Change::changed && change.what.empty()) return;
              change.path = path;
              change.size_difference = static_cast<int64_t>(now == nullptr ? 0 : now->size) -
                                       static_cast<int64_t>(old == nullptr ? 0 : old->size);
              change.owner = owner_in(now == nullptr ? before : after, path);
              changes.push_back(std::move(change));
            });
  return changes;
}

std::string words(const std::vector<std::string>& list) {
  return join(list, " ");
}

// Those that name the layers or the plan say nothing of what the image holds.
bool is_compared(std::string_view label) {
  return label != model::label("chain-id") && label != k_plan_digest;
}

void add_annotations(const oci::Manifest& manifest, std::map<std::string, std::string>& settings) {
  for (const auto& [name, text] : manifest.annotations)
    if (is_compared(name)) settings["annotation " + name] = text;
}

std::map<std::string, std::string> settings_of(const oci::ImageConfig& config) {
  std::map<std::string, std::string> settings = {
      {"platform", config.platform.str()},
      {"user", config.user},
      {"entrypoint", words(config.entrypoint)},
      {"cmd", words(config.cmd)},
      {"working directory", config.working_dir},
      {"stop signal", config.stop_signal},
      {"created", config.created},
  };
  for (const std::string& port : config.exposed_ports) settings["port " + port] = "exposed";
  for (const std::string& volume : config.volumes) settings["volume " + volume] = "declared";
  for (const auto& [name, text] : config.labels)
    if (is_compared(name)) settings["label " + name] = text;
  for (std::string_view variable : config.env) {
    std::string_view name = take_until(variable, '=');
    settings["env " + std::string(name)] = variable;
  }
  std::erase_if(settings, [](const auto& setting) {
    return setting.second.empty() && !setting.first.contains(' ');
  });
  return settings;
}

std::vector<ConfigChange> diff_config(const oci::ListedImage& before,
                                      const oci::ListedImage& after) {
  std::map<std::string, std::string> settings_before = settings_of(before.config);
  std::map<std::string, std::string> settings_after = settings_of(after.config);
  if (!before.manifest.annotations.empty() && !after.manifest.annotations.empty()) {
    add_annotations(before.manifest, settings_before);
    add_annotations(after.manifest, settings_after);
  }
  std::vector<ConfigChange> changes;
  walk_both(settings_before, settings_after,
            [&](const std::string& name, const std::string* old, const std::string* now) {
              if (old != nullptr && now != nullptr && *old == *now) return;
              changes.push_back({change_of(old, now), name, old == nullptr ? "" : *old,
                                 now == nullptr ? "" : *now});
            });
  return changes;
}

int64_t difference(uint64_t before, uint64_t after) {
  return static_cast<int64_t>(after) - static_cast<int64_t>(before);
}

}  // namespace

std::string_view str(Change change) {
  switch (change) {
    case Change::added:
      return "added";
    case Change::removed:
      return "removed";
    case Change::changed:
      return "changed";
  }
  return {};
}

ImageDiff diff(const ImageView& before, const ImageView& after) {
  ImageDiff result;
  result.packages = diff_packages(before, after);
  result.files = diff_files(before, after);
  result.config = diff_config(before.image, after.image);
  result.compressed_difference = difference(before.compressed_size, after.compressed_size);
  result.unpacked_difference = difference(before.unpacked_size, after.unpacked_size);
  result.same_layers = before.image.config.diff_ids == after.image.config.diff_ids;
  return result;
}

}  // namespace kiln::image

// SPDX-License-Identifier: Apache-2.0
//
// tiny-cloud's packages for one cloud: /etc/tiny-cloud.conf is the package's pattern with that
// cloud named and hot-plugging left to the default. Of several the last one installed wins.
#include "base/strings.hpp"
#include "rootfs/apk/effects/effects.hpp"

namespace kiln::rootfs::apk {

namespace {

constexpr std::string_view k_pattern = "lib/tiny-cloud/tiny-cloud.conf";
constexpr std::string_view k_prefix = "tiny-cloud-";
constexpr std::string_view k_clouds[] = {"alpine", "nocloud"};

// The cloud of the last package that names one.
std::string_view cloud_of(const PackageList& packages) {
  std::string_view last;
  for (const auto& package : packages)
    for (std::string_view cloud : k_clouds)
      if (package->id.name == std::string(k_prefix) + std::string(cloud)) last = cloud;
  return last;
}

std::string configured(std::string_view line, std::string_view cloud) {
  if (line.starts_with("CLOUD=") || line.starts_with("#CLOUD="))
    return "CLOUD=" + std::string(cloud);
  return line.starts_with("HOTPLUG_MODULES=") ? "#HOTPLUG_MODULES=" : std::string(line);
}

}  // namespace

Result<> make_tiny_cloud_configuration(Scene& scene, Maker& maker) {
  auto pattern = scene.tree.read(k_pattern);
  if (!pattern) return {};
  std::string_view cloud = cloud_of(scene.packages);
  std::vector<std::string> lines;
  for (std::string_view line : split(*pattern, '\n')) lines.push_back(configured(line, cloud));
  return maker.file("etc/tiny-cloud.conf", join(lines, "\n"), {0644});
}

}  // namespace kiln::rootfs::apk

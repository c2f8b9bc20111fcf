// SPDX-License-Identifier: Apache-2.0
//
// What `apk add --initdb` makes of a new root, without device nodes, and the other directories of
// alpine-baselayout that containers and their users expect, in images without that package.
#include "rootfs/apk/effects/effects.hpp"

namespace kiln::rootfs::apk {

Result<> make_base_directories(Scene&, Maker& maker) {
  constexpr struct {
    std::string_view path;
    uint32_t mode;
  } k_directories[] = {{"dev", 0755},       {"etc", 0755},     {"home", 0755}, {"proc", 0555},
                       {"root", 0700},      {"run", 0755},     {"sys", 0755},  {"tmp", 01777},
                       {"var/cache", 0755}, {"var/tmp", 01777}};
  for (const auto& [path, mode] : k_directories) TRY(maker.directory(path, {mode}));
  return {};
}

}  // namespace kiln::rootfs::apk

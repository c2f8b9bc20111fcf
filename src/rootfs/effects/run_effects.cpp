// SPDX-License-Identifier: Apache-2.0
#include "base/strings.hpp"
#include "rootfs/effects/simple_files.hpp"
#include "rootfs/system.hpp"

namespace kiln::rootfs {

namespace {

bool is_triggered(const Effect& effect, const Scene& scene) {
  if (effect.packages == "*") return true;
  for (std::string_view name : split_words(effect.packages)) {
    if (scene.package(name)) return true;
  }
  return false;
}

}  // namespace

Result<> run_effects(Scene& scene) {
  TRY(make_simple_files(scene));
  for (const Effect& effect : scene.system.effects()) {
    if (effect.since > scene.effects_policy || !is_triggered(effect, scene)) continue;
    Maker maker(scene, {model::Owner::Kind::effect, std::string(effect.name)});
    TRY_CONTEXT(effect.run(scene, maker), "doing the native effect " + std::string(effect.name));
  }
  return {};
}

}  // namespace kiln::rootfs

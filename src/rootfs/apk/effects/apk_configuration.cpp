// SPDX-License-Identifier: Apache-2.0
//
// What apk needs in images that are made to install packages (variant dev): the repositories that
// the image was made from, as the definition names them, and the keys that sign them.
#include "base/strings.hpp"
#include "packages/apk/keys.hpp"
#include "rootfs/apk/effects/effects.hpp"

namespace kiln::rootfs::apk {

namespace {

// A key that a package brings stays the package's.
Result<> make_key(const std::string& name, const std::string& pem, Maker& maker) {
  if (name.empty() || name.starts_with('.') || name.find('/') != std::string::npos)
    return fail(ErrorCode::bad_input, "\"" + printable(name) + "\" is no name for a key's file");
  std::string path = "etc/apk/keys/" + name;
  if (maker.exists(path)) return {};
  return maker.file(path, pem, {0644});
}

}  // namespace

Result<> make_apk_configuration(Scene& scene, Maker& maker) {
  bool reaches_any = !scene.repositories.entries.empty();
  if (!scene.is_dev() || (!reaches_any && scene.effects_policy < 3)) return {};
  if (reaches_any)
    TRY(maker.file("etc/apk/repositories", join(scene.repositories.entries, "\n") + "\n", {0644}));
  for (const auto& key : scene.repositories.keys) TRY(make_key(key.name, key.bytes, maker));
  if (scene.package("alpine-keys")) return {};
  for (const packages::apk::NamedKey& key : packages::apk::embedded_keys())
    if (scene.effects_policy < 3 || key.is_for(scene.architecture))
      TRY(make_key(key.name, key.pem, maker));
  return {};
}

}  // namespace kiln::rootfs::apk

// SPDX-License-Identifier: Apache-2.0
#include "rootfs/effects/simple_files.hpp"

#include "rootfs/effects/identities.hpp"
#include "rootfs/system.hpp"

namespace kiln::rootfs {

namespace {

bool is_for(const SimpleFile& row, std::string_view codename) {
  if (row.codename.starts_with('!')) return row.codename.substr(1) != codename;
  return row.codename.empty() || row.codename == codename;
}

Result<> make(const SimpleFile& row, const Scene& scene, Maker& maker) {
  uint32_t uid = uid_for(row.user, scene.system.users, scene.spec.accounts);
  uint32_t gid = gid_for(row.group, scene.system.groups, scene.spec.accounts);
  using enum SimpleFile::Kind;
  switch (row.kind) {
    case directory:
      return maker.directory(row.path, {row.mode, uid, gid});
    case file:
      if (maker.exists(row.path)) return {};
      return maker.file(row.path, std::string(row.text), {row.mode, uid, gid});
    case copy:
      return maker.copy(row.text, row.path);
    case link:
      if (scene.tree.find(row.path)) return {};
      return maker.link(row.path, std::string(row.text));
    case ownership:
      maker.attributes(row.path, row.mode, uid, gid);
      return {};
  }
  return {};
}

}  // namespace

Result<> make_simple_files(Scene& scene) {
  for (const SimpleFile& row : scene.system.simple_files()) {
    if (!scene.package(row.package)) continue;
    if (!is_for(row, scene.codename)) continue;
    if (row.since > scene.effects_policy || (row.dev && !scene.is_dev())) continue;
    Maker maker(scene, {model::Owner::Kind::effect, std::string(row.package)});
    TRY_CONTEXT(make(row, scene, maker), "making /" + std::string(row.path));
  }
  return {};
}

}  // namespace kiln::rootfs

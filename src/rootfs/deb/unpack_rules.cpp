// SPDX-License-Identifier: Apache-2.0
#include "rootfs/deb/unpack_rules.hpp"

#include "rootfs/deb/control.hpp"

namespace kiln::rootfs::deb {

namespace {

Overlap overlap(const packages::UnpackedPackage& old, const packages::UnpackedPackage& made,
                bool same) {
  if (replaces(made, old)) return Overlap::replace;
  if (replaces(old, made) || same) return Overlap::keep;
  return Overlap::conflict;
}

}  // namespace

UnpackRules unpack_rules(std::vector<Diversion> diversions) {
  return {.merged = {"bin", "sbin", "lib", "lib32", "lib64", "libo32", "libx32"},
          .diversions = std::move(diversions),
          .unknown_diverters = {},
          .overlap = overlap,
          .join_directories = nullptr};
}

}  // namespace kiln::rootfs::deb

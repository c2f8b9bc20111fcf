// SPDX-License-Identifier: Apache-2.0
#include "packages/deb/unpack.hpp"

#include "packages/deb/deb_file.hpp"
#include "packages/unpacked_store.hpp"

namespace kiln::packages::deb {

namespace {

constexpr std::string_view k_kind = "deb-unpacked-1";

Result<SharedPackage> decode(const Digest& package, Store& store) {
  auto file = TRY(store.map(package));
  DebParts parts = TRY(read_deb(file->bytes()));
  UnpackedPackage unpacked;
  unpacked.package = package;
  unpacked.control = TRY(read_control(parts));
  unpacked.id = TRY(read_id(unpacked.control.at("control")));
  TRY(unpack_payload(parts.data, parts.data_compression, unpacked, store));
  return keep_unpacked(k_kind, std::move(unpacked), store);
}

}  // namespace

Result<SharedPackage> unpack(const Digest& package, World& world) {
  TRY(check_stop(world));
  if (SharedPackage known = find_unpacked(k_kind, package, world.store)) return known;
  return decode(package, world.store);
}

Result<SharedPackage> unpack(const model::PackageId& expected, const Digest& package,
                             World& world) {
  SharedPackage unpacked = TRY_CONTEXT(unpack(package, world), "unpacking " + expected.str());
  if (unpacked->id == expected) return unpacked;
  return another_package(expected, unpacked->id);
}

}  // namespace kiln::packages::deb

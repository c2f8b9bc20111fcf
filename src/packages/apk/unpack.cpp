// SPDX-License-Identifier: Apache-2.0
#include "packages/apk/unpack.hpp"

#include "packages/apk/apk_file.hpp"
#include "packages/apk/package_info.hpp"
#include "packages/unpacked_store.hpp"

namespace kiln::packages::apk {

namespace {

constexpr std::string_view k_kind = "apk-unpacked-1";

// apk takes what begins with a dot at the root for its own and installs none of it.
void leave_out_dotfiles(std::vector<PackageFile>& files) {
  std::erase_if(files, [](const PackageFile& file) { return file.path.starts_with('.'); });
}

Result<SharedPackage> decode(const Digest& package, Store& store) {
  auto file = TRY(store.map(package));
  ApkParts parts = TRY(read_apk(file->bytes()));
  TRY(check_data(parts));
  PackageInfo info = TRY(parse_package_info(parts.members.at(".PKGINFO")));
  UnpackedPackage unpacked;
  unpacked.id = std::move(info.id);
  unpacked.package = package;
  unpacked.checksum = parts.checksum();
  unpacked.control = std::move(parts.members);
  TRY(unpack_payload(parts.data, Compression::gzip, unpacked, store));
  leave_out_dotfiles(unpacked.files);
  return keep_unpacked(k_kind, std::move(unpacked), store);
}

}  // namespace

Result<SharedPackage> unpack(const model::PackageId& expected, const Digest& package,
                             World& world) {
  auto unpacked = [&]() -> Result<SharedPackage> {
    TRY(check_stop(world));
    if (SharedPackage known = find_unpacked(k_kind, package, world.store)) return known;
    return decode(package, world.store);
  };
  SharedPackage found = TRY_CONTEXT(unpacked(), "unpacking " + expected.str());
  if (found->id == expected) return found;
  model::PackageId id = found->id;
  if (id.architecture == "noarch") id.architecture = expected.architecture;
  if (id != expected) return another_package(expected, found->id);
  UnpackedPackage named = *found;
  named.id = std::move(id);
  return std::make_shared<const UnpackedPackage>(std::move(named));
}

}  // namespace kiln::packages::apk

// SPDX-License-Identifier: Apache-2.0
#include "packages/apk/unpack.hpp"

#include "codec/decompress.hpp"
#include "packages/apk/apk_file.hpp"
#include "packages/apk/package_info.hpp"
#include "packages/payload.hpp"
#include "packages/unpacked_record.hpp"

#include <fmt/format.h>

namespace kiln::packages::apk {

namespace {

constexpr std::string_view k_kind = "apk-unpacked-1";
constexpr uint64_t k_greatest_payload = 16ULL << 30;

using Shared = std::shared_ptr<const UnpackedPackage>;

// A record counts only while the payload it speaks of is in the store.
Shared find_unpacked(const Digest& package, Store& store) {
  auto record = store.cached(k_kind, package.hex());
  if (record == nullptr) return nullptr;
  auto unpacked = from_record(record->bytes());
  if (!unpacked || unpacked->package != package || !store.has(unpacked->payload)) return nullptr;
  return std::make_shared<const UnpackedPackage>(std::move(*unpacked));
}

Result<Digest> store_payload(std::string_view data, Store& store) {
  MemorySource compressed(data);
  auto source = decompress(Compression::gzip, compressed, k_greatest_payload);
  Store::Writer writer = TRY(store.writer());
  TRY(copy(*source, writer));
  return writer.commit();
}

// apk takes what begins with a dot at the root for its own and installs none of it.
void leave_out_dotfiles(std::vector<PackageFile>& files) {
  std::erase_if(files, [](const PackageFile& file) { return file.path.starts_with('.'); });
}

Result<Shared> decode(const Digest& package, Store& store) {
  auto file = TRY(store.map(package));
  ApkParts parts = TRY(read_apk(file->bytes()));
  TRY(check_data(parts));
  PackageInfo info = TRY(parse_package_info(parts.members.at(".PKGINFO")));
  UnpackedPackage unpacked;
  unpacked.id = std::move(info.id);
  unpacked.package = package;
  unpacked.checksum = parts.checksum();
  unpacked.control = std::move(parts.members);
  unpacked.payload = TRY(store_payload(parts.data, store));
  auto payload = TRY(store.map(unpacked.payload));
  unpacked.files = TRY(read_payload(payload->bytes()));
  leave_out_dotfiles(unpacked.files);
  TRY(store.cache(k_kind, package.hex(), to_record(unpacked)));
  return std::make_shared<const UnpackedPackage>(std::move(unpacked));
}

}  // namespace

Result<Shared> unpack(const model::PackageId& expected, const Digest& package, World& world) {
  auto unpacked = [&]() -> Result<Shared> {
    TRY(check_stop(world));
    if (Shared known = find_unpacked(package, world.store)) return known;
    return decode(package, world.store);
  };
  Shared found = TRY_CONTEXT(unpacked(), "unpacking " + expected.str());
  if (found->id == expected) return found;
  model::PackageId id = found->id;
  if (id.architecture == "noarch") id.architecture = expected.architecture;
  if (id != expected)
    return fail(ErrorCode::unverified,
                fmt::format("the package file that the index calls {} is {}", expected.str(),
                            found->id.str()),
                "the repository contradicts itself; report it to its owner");
  UnpackedPackage named = *found;
  named.id = std::move(id);
  return std::make_shared<const UnpackedPackage>(std::move(named));
}

}  // namespace kiln::packages::apk

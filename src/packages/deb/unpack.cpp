// SPDX-License-Identifier: Apache-2.0
#include "packages/deb/unpack.hpp"

#include "packages/deb/deb_file.hpp"
#include "packages/payload.hpp"
#include "packages/unpacked_record.hpp"

#include <fmt/format.h>

namespace kiln::packages::deb {

namespace {

constexpr std::string_view k_kind = "deb-unpacked-1";
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

Result<Digest> store_payload(const DebParts& parts, Store& store) {
  MemorySource compressed(parts.data);
  auto source = decompress(parts.data_compression, compressed, k_greatest_payload);
  Store::Writer writer = TRY(store.writer());
  TRY(copy(*source, writer));
  return writer.commit();
}

Result<Shared> decode(const Digest& package, Store& store) {
  auto file = TRY(store.map(package));
  DebParts parts = TRY(read_deb(file->bytes()));
  UnpackedPackage unpacked;
  unpacked.package = package;
  unpacked.control = TRY(read_control(parts));
  unpacked.id = TRY(read_id(unpacked.control.at("control")));
  unpacked.payload = TRY(store_payload(parts, store));
  auto payload = TRY(store.map(unpacked.payload));
  unpacked.files = TRY(read_payload(payload->bytes()));
  TRY(store.cache(k_kind, package.hex(), to_record(unpacked)));
  return std::make_shared<const UnpackedPackage>(std::move(unpacked));
}

}  // namespace

Result<Shared> unpack(const Digest& package, World& world) {
  TRY(check_stop(world));
  if (Shared known = find_unpacked(package, world.store)) return known;
  return decode(package, world.store);
}

Result<Shared> unpack(const model::PackageId& expected, const Digest& package, World& world) {
  Shared unpacked = TRY_CONTEXT(unpack(package, world), "unpacking " + expected.str());
  if (unpacked->id == expected) return unpacked;
  return fail(ErrorCode::unverified,
              fmt::format("the package file that the index calls {} is {}", expected.str(),
                          unpacked->id.str()),
              "the archive contradicts itself; report it to its owner");
}

}  // namespace kiln::packages::deb

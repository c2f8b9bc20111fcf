// SPDX-License-Identifier: Apache-2.0
#include "packages/unpacked_store.hpp"

#include "base/pages.hpp"
#include "packages/payload.hpp"
#include "packages/unpacked_record.hpp"

#include <optional>

#include <fmt/format.h>

namespace kiln::packages {

namespace {

constexpr uint64_t k_greatest_payload = 16ULL << 30;
constexpr uint64_t k_in_memory = 16U << 20;  // of a payload that is decoded as a whole

// What most packages of Alpine have is decoded at once, which is twice as fast as a stream. Nothing
// when it is larger, or wrong in a way that the stream will tell.
std::optional<std::string> small_payload(std::string_view data, Compression compression) {
  if (compression != Compression::gzip || data.size() > k_in_memory) return std::nullopt;
  Result<std::string> payload = decompress_all(compression, data, k_in_memory);
  if (!payload) return std::nullopt;
  return std::move(*payload);
}

}  // namespace

SharedPackage find_unpacked(std::string_view kind, const Digest& package, Store& store) {
  auto record = store.cached(kind, package.hex());
  if (record == nullptr) return nullptr;
  auto unpacked = from_record(record->bytes());
  if (!unpacked || unpacked->package != package || !store.has(unpacked->payload)) return nullptr;
  return std::make_shared<const UnpackedPackage>(std::move(*unpacked));
}

Result<> unpack_payload(std::string_view data, Compression compression, UnpackedPackage& unpacked,
                        Store& store) {
  if (std::optional<std::string> payload = small_payload(data, compression)) {
    unpacked.payload = TRY(store.put(*payload, Durability::none));
    unpacked.files = TRY(read_payload(*payload));
    return {};
  }
  MemorySource compressed(data);
  auto source = decompress(compression, compressed, k_greatest_payload);
  Store::Writer writer = TRY(store.writer());
  TRY(copy(*source, writer));
  unpacked.payload = TRY(writer.commit(Durability::none));
  auto payload = TRY(store.map(unpacked.payload));
  unpacked.files = TRY(read_payload(payload->bytes(), let_go_of_mapped));
  return {};
}

Result<SharedPackage> keep_unpacked(std::string_view kind, UnpackedPackage unpacked, Store& store) {
  TRY(store.cache(kind, unpacked.package.hex(), to_record(unpacked)));
  return std::make_shared<const UnpackedPackage>(std::move(unpacked));
}

std::unexpected<Error> another_package(const model::PackageId& expected,
                                       const model::PackageId& found) {
  return fail(
      ErrorCode::unverified,
      fmt::format("the package file that the index calls {} is {}", expected.str(), found.str()),
      "the archive contradicts itself; report it to its owner");
}

}  // namespace kiln::packages

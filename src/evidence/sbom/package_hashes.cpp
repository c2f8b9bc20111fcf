// SPDX-License-Identifier: Apache-2.0
#include "evidence/sbom/package_hashes.hpp"

#include "evidence/sbom/parts.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

namespace kiln::sbom {

namespace {

constexpr std::string_view k_kind = "sbom-package";
constexpr std::string_view k_magic = "KILNSBP1";
constexpr size_t k_sha512 = 64;
constexpr size_t k_entry = sizeof(uint64_t) + 20;

template <typename T>
void append_number(std::string& out, T number) {
  out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

Result<PackageHashes> make_hashes(const packages::UnpackedPackage& package, Store& store) {
  PackageHashes hashes;
  auto file = TRY(store.map(package.package));
  hashes.sha512 = sha512_hex(file->bytes());
  auto payload = TRY(store.map(package.payload));
  std::string_view bytes = payload->bytes();
  for (const packages::PackageFile& one : package.files) {
    if (one.type != model::FileType::file) continue;
    if (one.offset > bytes.size() || one.size > bytes.size() - one.offset)
      return fail(ErrorCode::corrupt, fmt::format("{} reaches beyond its package", one.path));
    hashes.files.push_back({one.offset, sha1_of(bytes.substr(one.offset, one.size))});
  }
  std::ranges::sort(hashes.files, {}, &FileHash::offset);
  return hashes;
}

}  // namespace

const std::array<char, 20>* PackageHashes::find(uint64_t offset) const {
  auto found = std::ranges::lower_bound(files, offset, {}, &FileHash::offset);
  return found != files.end() && found->offset == offset ? &found->sha1 : nullptr;
}

std::string to_record(const PackageHashes& hashes) {
  std::string out(k_magic);
  out += from_hex(hashes.sha512).value_or(std::string(k_sha512, '\0'));
  append_number(out, static_cast<uint32_t>(hashes.files.size()));
  for (const FileHash& file : hashes.files) {
    append_number(out, file.offset);
    out.append(file.sha1.data(), file.sha1.size());
  }
  return out;
}

Result<PackageHashes> hashes_from_record(std::string_view record) {
  auto damaged = [] {
    return fail(ErrorCode::corrupt, "the record of a package's hashes is damaged");
  };
  constexpr size_t k_head = k_magic.size() + k_sha512 + sizeof(uint32_t);
  if (record.size() < k_head || !record.starts_with(k_magic)) return damaged();
  PackageHashes hashes;
  hashes.sha512 = to_hex(record.substr(k_magic.size(), k_sha512));
  uint32_t count = 0;
  std::memcpy(&count, record.data() + k_head - sizeof count, sizeof count);
  record.remove_prefix(k_head);
  if (record.size() != uint64_t{count} * k_entry) return damaged();
  hashes.files.resize(count);
  for (FileHash& file : hashes.files) {
    std::memcpy(&file.offset, record.data(), sizeof file.offset);
    std::memcpy(file.sha1.data(), record.data() + sizeof file.offset, file.sha1.size());
    record.remove_prefix(k_entry);
  }
  return hashes;
}

Result<PackageHashes> hashes_of(const packages::UnpackedPackage& package, Store& store) {
  if (auto record = store.cached(k_kind, package.package.hex()))
    if (Result<PackageHashes> known = hashes_from_record(record->bytes())) return known;
  PackageHashes hashes = TRY(make_hashes(package, store));
  TRY(store.cache(k_kind, package.package.hex(), to_record(hashes)));
  return hashes;
}

}  // namespace kiln::sbom

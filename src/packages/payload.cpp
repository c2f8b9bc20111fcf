// SPDX-License-Identifier: Apache-2.0
#include "packages/payload.hpp"

#include "base/bytes.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"
#include "codec/tar.hpp"

#include <unordered_map>

#include <fmt/format.h>

namespace kiln::packages {

namespace {

constexpr size_t k_most_files = 1'000'000;
constexpr size_t k_large_part = 1U << 20;

std::unexpected<Error> corrupt(std::string message) {
  return fail(ErrorCode::corrupt, std::move(message));
}

model::FileType type_of(TarType type) {
  switch (type) {
    case TarType::file:
      return model::FileType::file;
    case TarType::hard_link:
      return model::FileType::hard_link;
    case TarType::symlink:
      return model::FileType::symlink;
    case TarType::character_device:
      return model::FileType::character_device;
    case TarType::block_device:
      return model::FileType::block_device;
    case TarType::directory:
      return model::FileType::directory;
    case TarType::fifo:
      return model::FileType::fifo;
  }
  return model::FileType::file;
}

// Paths seen so far and what they are; a hard link counts as the file it names.
using Seen = std::unordered_map<std::string, model::FileType, StringHash, std::equal_to<>>;

Result<> check_new(Seen& seen, const PackageFile& file) {
  auto type = file.type == model::FileType::hard_link ? model::FileType::file : file.type;
  auto [place, added] = seen.try_emplace(file.path, type);
  bool both_directories = type == model::FileType::directory && place->second == type;
  if (added || both_directories) return {};
  return corrupt(fmt::format("a package has {} twice", printable(file.path)));
}

Result<> set_link(PackageFile& file, const TarEntry& entry, const Seen& seen) {
  file.link = entry.link;
  if (file.type != model::FileType::hard_link) return {};
  file.link = TRY(member_path(entry.link));
  auto target = seen.find(file.link);
  if (target != seen.end() && target->second == model::FileType::file) return {};
  return corrupt(
      fmt::format("the hard link {} of a package leads to {}, which is no file before it",
                  printable(file.path), printable(file.link)));
}

// The raw hash value.
std::string sha1(std::string_view bytes) {
  Hasher hasher(HashAlgorithm::sha1);
  hasher.update(bytes);
  return hasher.finish();
}

// As apk's files write it.
std::string checksum_of(std::string_view sha1) {
  return "Q1" + to_base64(sha1);
}

// A hard link has none of its own.
Result<> set_checksum(PackageFile& file, const TarEntry& entry, const TarReader& reader) {
  if (entry.apk_sha1.empty()) return {};
  bool link = file.type == model::FileType::symlink;
  if (!link && file.type != model::FileType::file)
    return corrupt(fmt::format("{} has a checksum and is no file", printable(file.path)));
  std::string_view content = link ? std::string_view(entry.link) : reader.content(entry);
  std::string hash = sha1(content);
  if (to_hex(hash) != entry.apk_sha1)
    return fail(ErrorCode::unverified,
                fmt::format("the content of {} is not what its checksum in the package says",
                            printable(file.path)),
                "the package contradicts itself; report it to its distribution");
  file.checksum = checksum_of(hash);
  return {};
}

Digest hash_content(std::string_view content, const PartRead& read) {
  if (content.size() <= k_large_part || !read) return sha256(content);
  Sha256 hash;
  while (!content.empty()) {
    std::string_view part = content.substr(0, k_large_part);
    hash.update(part);
    read(part);
    content.remove_prefix(part.size());
  }
  return hash.finish();
}

Result<PackageFile> make_file(const TarReader& reader, TarEntry& entry, const Seen& seen,
                              const PartRead& read) {
  PackageFile file;
  file.path = TRY(member_path(entry.path));
  file.type = type_of(entry.type);
  if (file.path.empty() && file.type != model::FileType::directory)
    return corrupt("a package's root is not a directory");
  file.mode = entry.mode;
  file.uid = entry.uid;
  file.gid = entry.gid;
  file.mtime = entry.mtime;
  if (file.type == model::FileType::file) {
    file.offset = entry.data_offset;
    file.size = entry.size;
    file.sha256 = hash_content(reader.content(entry), read);
  }
  TRY(set_link(file, entry, seen));
  TRY(set_checksum(file, entry, reader));
  file.xattrs = std::move(entry.xattrs);
  file.device_major = entry.device_major;
  file.device_minor = entry.device_minor;
  return file;
}

}  // namespace

Result<std::string> member_path(std::string_view path) {
  if (path.starts_with('/'))
    return corrupt(fmt::format("a package has the absolute path \"{}\"", printable(path)));
  return TRY_CONTEXT(clean_path(path), std::string("reading a package's payload"));
}

std::string apk_checksum(std::string_view bytes) {
  return checksum_of(sha1(bytes));
}

Result<std::vector<PackageFile>> read_payload(std::string_view tar, const PartRead& read) {
  TarReader reader(tar);
  std::vector<PackageFile> files;
  Seen seen;
  while (auto entry = TRY(reader.next())) {
    if (files.size() == k_most_files)
      return fail(ErrorCode::limit, "a package has more than a million files");
    PackageFile file = TRY(make_file(reader, *entry, seen, read));
    TRY(check_new(seen, file));
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace kiln::packages

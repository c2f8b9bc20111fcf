// SPDX-License-Identifier: Apache-2.0
#include "base/strings.hpp"
#include "codec/tar.hpp"
#include "codec/tar_format.hpp"

#include <array>

#include <fmt/format.h>

namespace kiln {

using namespace tar_format;

namespace {

constexpr std::array<char, 2 * k_block> k_zeros{};
constexpr std::string_view k_pax_header_name = "././@PaxHeader";

char type_flag(TarType type) {
  return static_cast<char>('0' + static_cast<int>(type));
}
static_assert(static_cast<int>(TarType::hard_link) == 1 && static_cast<int>(TarType::fifo) == 6,
              "types are in the order of their flags");

// Octal digits that fill a field but for its last byte, a NUL.
constexpr uint64_t largest_octal(Field field) {
  return (uint64_t{1} << 3 * (field.size - 1)) - 1;
}

void put(std::string& block, Field field, std::string_view value) {
  block.replace(field.at, value.size(), value);
}

void put_octal(std::string& block, Field field, uint64_t value) {
  for (size_t i = field.size - 1; i-- > 0; value >>= 3)
    block[field.at + i] = static_cast<char>('0' + (value & 7));
}

// Six digits, a NUL and a blank, as every tar has written it.
void put_checksum(std::string& block) {
  put(block, k_checksum, fmt::format("{:06o}{}{}", checksum(block), '\0', ' '));
}

struct NameFields {
  std::string_view prefix;
  std::string_view name;
};

// Splits a path at its last slash that leaves both fields short enough; none when there is none.
std::optional<NameFields> split_path(std::string_view path) {
  if (path.size() <= k_name.size) return NameFields{{}, path};
  size_t within = std::min(k_prefix.size, path.size() - 2);
  size_t slash = path.rfind('/', within);
  if (slash == path.npos || slash == 0 || path.size() - slash - 1 > k_name.size)
    return std::nullopt;
  return NameFields{path.substr(0, slash), path.substr(slash + 1)};
}

Result<> check_name(std::string_view name, const TarEntry& entry) {
  if (name.size() > k_longest_path)
    return fail(ErrorCode::limit,
                fmt::format("'{}' is longer than {} bytes", printable(name), k_longest_path));
  if (name.empty() || name.find('\0') != name.npos)
    return fail(ErrorCode::corrupt,
                fmt::format("'{}' cannot be the path or target of tar entry '{}'", printable(name),
                            printable(entry.path)));
  return {};
}

bool has_link(const TarEntry& entry) {
  return entry.type == TarType::hard_link || entry.type == TarType::symlink;
}

Result<> check(const TarEntry& entry) {
  TRY(check_name(entry.path, entry));
  if (has_link(entry)) TRY(check_name(entry.link, entry));
  bool fits = entry.mode <= 07777 && (entry.type != TarType::file || !entry.path.ends_with('/')) &&
              (entry.size == 0 || entry.type == TarType::file) &&
              entry.device_major <= largest_octal(k_major) &&
              entry.device_minor <= largest_octal(k_minor);
  for (const auto& [name, value] : entry.xattrs)
    fits = fits && !name.empty() && name.find_first_of(std::string_view("=\0", 2)) == name.npos;
  if (!fits)
    return fail(ErrorCode::corrupt,
                fmt::format("the name, mode, size, device or an attribute of '{}' "
                            "cannot be written to a tar",
                            printable(entry.path)));
  return {};
}

std::string empty_block(char type) {
  std::string block(k_block, '\0');
  block[k_type.at] = type;
  put(block, k_magic, k_posix_magic);
  put_octal(block, k_major, 0);
  put_octal(block, k_minor, 0);
  return block;
}

// The header block itself; what does not fit becomes a record in `pax`.
std::string header_block(const TarEntry& entry, std::map<std::string, std::string>& pax) {
  std::string block = empty_block(type_flag(entry.type));
  auto number = [&](Field field, const char* key, auto value) {
    bool fits = value >= 0 && static_cast<uint64_t>(value) <= largest_octal(field);
    if (!fits) pax[key] = std::to_string(value);
    put_octal(block, field, fits ? static_cast<uint64_t>(value) : 0);
  };
  std::string path = entry.path;
  if (entry.type == TarType::directory && !path.ends_with('/')) path += '/';
  auto fields = split_path(path);
  if (!fields) pax["path"] = path;
  put(block, k_prefix, fields ? fields->prefix : std::string_view());
  put(block, k_name, fields ? fields->name : std::string_view(path).substr(0, k_name.size));
  put_octal(block, k_mode, entry.mode);
  number(k_uid, "uid", entry.uid);
  number(k_gid, "gid", entry.gid);
  number(k_size, "size", entry.size);
  number(k_mtime, "mtime", entry.mtime);
  if (has_link(entry)) {
    if (entry.link.size() > k_link.size) pax["linkpath"] = entry.link;
    put(block, k_link, std::string_view(entry.link).substr(0, k_link.size));
  }
  put_octal(block, k_major, entry.device_major);
  put_octal(block, k_minor, entry.device_minor);
  put_checksum(block);
  return block;
}

Result<std::string> pax_blocks(const std::map<std::string, std::string>& records) {
  std::string body;
  for (const auto& [key, value] : records) body += pax_record(key, value);
  if (body.size() > k_largest_extension)
    return fail(ErrorCode::limit, fmt::format("{} of attributes", human_size(body.size())));
  std::string blocks = empty_block(k_pax_entry);
  put(blocks, k_name, k_pax_header_name);
  put_octal(blocks, k_mode, 0644);
  put_octal(blocks, k_uid, 0);
  put_octal(blocks, k_gid, 0);
  put_octal(blocks, k_size, body.size());
  put_octal(blocks, k_mtime, 0);
  put_checksum(blocks);
  blocks += body;
  blocks.resize(padded(blocks.size()), '\0');
  return blocks;
}

}  // namespace

const std::string_view TarWriter::k_end_of_archive{k_zeros.data(), k_zeros.size()};

std::string_view TarWriter::padding_for(uint64_t size) {
  return k_end_of_archive.substr(0, padded(size) - size);
}

Result<std::string> TarWriter::header_bytes(const TarEntry& entry) {
  TRY(check(entry));
  std::map<std::string, std::string> pax;
  for (const auto& [name, value] : entry.xattrs) pax[std::string(k_xattr_prefix) + name] = value;
  std::string block = header_block(entry, pax);
  if (!entry.apk_sha1.empty()) pax[std::string(k_apk_sha1)] = entry.apk_sha1;
  if (pax.empty()) return block;
  return TRY(pax_blocks(pax)) + block;
}

Result<> TarWriter::add(const TarEntry& entry, std::string_view content) {
  if (content.size() != entry.size)
    return fail(ErrorCode::corrupt, fmt::format("'{}' should have {} bytes and has {}",
                                                printable(entry.path), entry.size, content.size()));
  std::string header = TRY(header_bytes(entry));
  TRY(to_.write(header));
  TRY(to_.write(content));
  return to_.write(padding_for(content.size()));
}

}  // namespace kiln

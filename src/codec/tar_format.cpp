// SPDX-License-Identifier: Apache-2.0
#include "codec/tar_format.hpp"

#include "base/strings.hpp"

#include <cstring>
#include <limits>

#include <fmt/format.h>

namespace kiln::tar_format {

namespace {

// Eight bytes a step: each of the four lanes of 16 bits takes two of them, and 512 bytes do not
// overflow it.
uint32_t sum_of_bytes(std::string_view block) {
  constexpr uint64_t k_lanes = 0x00ff00ff00ff00ff;
  ASSERT(block.size() == k_block);
  uint64_t lanes = 0;
  for (size_t at = 0; at < k_block; at += sizeof lanes) {
    uint64_t word = 0;
    std::memcpy(&word, block.data() + at, sizeof word);
    lanes += (word & k_lanes) + (word >> 8 & k_lanes);
  }
  uint32_t sum = 0;
  for (; lanes != 0; lanes >>= 16) sum += static_cast<uint32_t>(lanes & 0xffff);
  return sum;
}

std::unexpected<Error> fail_number(std::string_view field) {
  return fail(ErrorCode::corrupt,
              fmt::format("'{}' is not a number that a tar header may hold", printable(field)));
}

Result<int64_t> parse_base256(std::string_view field) {
  auto first = static_cast<unsigned char>(field[0]);
  if (first != 0x80 && first != 0xff) return fail_number(field);
  uint64_t sign = first == 0xff ? ~uint64_t{0} : 0;
  uint64_t value = sign;
  for (char c : field.substr(1)) {
    // What is shifted out must be copies of the sign.
    if (value >> 55 != sign >> 55) return fail_number(field);
    value = value << 8 | static_cast<unsigned char>(c);
  }
  return static_cast<int64_t>(value);
}

std::unexpected<Error> fail_record(std::string_view key, std::string_view value) {
  return fail(ErrorCode::corrupt,
              fmt::format("the extended header says {}='{}'", printable(key), printable(value)));
}

// Whole seconds, rounded down, of "[-]digits[.digits]".
std::optional<int64_t> parse_seconds(std::string_view text) {
  bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  bool has_fraction = text.find('.') != text.npos;
  auto whole = parse_decimal(take_until(text, '.'));
  if (!whole || *whole >= uint64_t{1} << 62) return std::nullopt;
  if (has_fraction && (text.empty() || text.find_first_not_of("0123456789") != text.npos))
    return std::nullopt;
  bool is_between = text.find_first_not_of('0') != text.npos;
  auto seconds = static_cast<int64_t>(*whole);
  return negative ? -seconds - (is_between ? 1 : 0) : seconds;
}

// Sets a field from a record's value, or takes it back when the value is empty.
template <typename T, typename Parse>
Result<> assign(std::optional<T>& field, std::string_view key, std::string_view value,
                const Parse& parse) {
  field.reset();
  if (value.empty()) return {};
  auto parsed = parse(value);
  if (!parsed || !std::in_range<T>(*parsed)) return fail_record(key, value);
  field = static_cast<T>(*parsed);
  return {};
}

Result<> assign_name(std::optional<std::string>& field, std::string_view key,
                     std::string_view value) {
  field.reset();
  if (value.size() > k_longest_path)
    return fail(ErrorCode::limit, fmt::format("a {} of {} bytes in a tar", key, value.size()));
  if (value.find('\0') != value.npos) return fail_record(key, value);
  if (!value.empty()) field = value;
  return {};
}

Result<> add_record(std::string_view key, std::string_view value, PaxValues& values) {
  if (key == "path") return assign_name(values.path, key, value);
  if (key == "linkpath") return assign_name(values.link, key, value);
  if (key == "size") return assign(values.size, key, value, parse_decimal);
  if (key == "uid") return assign(values.uid, key, value, parse_decimal);
  if (key == "gid") return assign(values.gid, key, value, parse_decimal);
  if (key == "mtime") return assign(values.mtime, key, value, parse_seconds);
  if (key == k_apk_sha1) return assign_name(values.apk_sha1, key, value);
  if (key.starts_with("GNU.sparse."))
    return fail(ErrorCode::unsupported, "sparse files in a tar are not read");
  if (key.starts_with(k_xattr_prefix)) {
    std::string_view name = key.substr(k_xattr_prefix.size());
    if (name.empty()) return fail_record(key, value);
    values.xattrs.insert_or_assign(std::string(name), std::string(value));
  }
  return {};
}

}  // namespace

uint32_t checksum(std::string_view block) {
  uint32_t sum = sum_of_bytes(block);
  for (unsigned char byte : k_checksum.in(block)) sum -= byte;
  return sum + ' ' * k_checksum.size;
}

Result<int64_t> parse_number(std::string_view field) {
  if (static_cast<unsigned char>(field[0]) & 0x80) return parse_base256(field);
  constexpr std::string_view blanks{" \0", 2};
  size_t first = field.find_first_not_of(' ');
  if (first == field.npos) return 0;
  std::string_view digits = field.substr(first);
  std::string_view rest = digits.substr(std::min(digits.find_first_of(blanks), digits.size()));
  digits.remove_suffix(rest.size());
  if (rest.find_first_not_of(blanks) != rest.npos) return fail_number(field);
  if (digits.empty()) return 0;
  auto value = parse_octal(digits);
  if (!value || *value > std::numeric_limits<int64_t>::max()) return fail_number(field);
  return static_cast<int64_t>(*value);
}

Result<> parse_pax(std::string_view records, PaxValues& values) {
  constexpr size_t most_digits = 7;
  while (!records.empty()) {
    size_t blank = records.substr(0, most_digits + 1).find(' ');
    auto length = parse_decimal(records.substr(0, blank));
    if (blank == records.npos || !length || *length > records.size() || *length < blank + 3 ||
        records[*length - 1] != '\n')
      return fail(ErrorCode::corrupt, "a record of an extended tar header is damaged");
    std::string_view value = records.substr(blank + 1, *length - blank - 2);
    if (value.find('=') == value.npos)
      return fail(ErrorCode::corrupt, "a record of an extended tar header has no '='");
    std::string_view key = take_until(value, '=');
    TRY(add_record(key, value, values));
    records.remove_prefix(*length);
  }
  return {};
}

std::string pax_record(std::string_view key, std::string_view value) {
  size_t others = key.size() + value.size() + 3;
  size_t length = others + 1;
  while (fmt::formatted_size("{}", length) + others != length)
    length = fmt::formatted_size("{}", length) + others;
  return fmt::format("{} {}={}\n", length, key, value);
}

}  // namespace kiln::tar_format

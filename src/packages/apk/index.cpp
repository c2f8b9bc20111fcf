// SPDX-License-Identifier: Apache-2.0
#include "packages/apk/index.hpp"

#include "base/strings.hpp"
#include "codec/decompress.hpp"
#include "codec/tar.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace kiln::packages::apk {

namespace {

constexpr uint64_t k_greatest_index = 512U << 20;  // decompressed
constexpr size_t k_usual_entry = 400;              // of Alpine's packages

std::unexpected<Error> corrupt(std::string message) {
  return fail(ErrorCode::corrupt, std::move(message),
              "the repository is broken; tell whoever runs it, or use another mirror");
}

// Tables, since an index has some million characters to look up.
using CharacterTable = std::array<bool, 256>;

constexpr CharacterTable k_unsafe = [] {
  CharacterTable table = {};
  for (char c : std::string_view("/ \t\n\v\f\r\0", 8)) table[static_cast<uint8_t>(c)] = true;
  return table;
}();

constexpr CharacterTable k_base64 = [] {
  CharacterTable table = {};
  for (char c = 'A'; c <= 'Z'; ++c) table[static_cast<uint8_t>(c)] = true;
  for (char c = 'a'; c <= 'z'; ++c) table[static_cast<uint8_t>(c)] = true;
  for (char c = '0'; c <= '9'; ++c) table[static_cast<uint8_t>(c)] = true;
  for (char c : {'+', '/'}) table[static_cast<uint8_t>(c)] = true;
  return table;
}();

// A file name is made of these, so that they must not lead elsewhere.
bool is_safe(std::string_view word) {
  return !word.empty() && word.size() <= 256 && word.front() != '.' &&
         std::ranges::none_of(word, [](char c) { return k_unsafe[static_cast<uint8_t>(c)]; });
}

// "Q1" and the base64 of a SHA-1, or "Q2" and that of a SHA-256.
bool is_checksum(std::string_view text) {
  size_t length = text.starts_with("Q1") ? 30 : text.starts_with("Q2") ? 46 : 0;
  return length == text.size() && length > 0 && text.back() == '=' &&
         std::ranges::all_of(text.substr(0, length - 1),
                             [](char c) { return k_base64[static_cast<uint8_t>(c)]; });
}

Result<> check(const IndexEntry& entry, std::string_view architecture) {
  if (!is_safe(entry.name))
    return corrupt(
        fmt::format("the index has a package with the name \"{}\"", printable(entry.name)));
  if (!is_safe(entry.version))
    return corrupt(
        fmt::format("the index gives {} the version \"{}\"", entry.name, printable(entry.version)));
  if (entry.checksum.empty())
    return corrupt(fmt::format("the index has no checksum of {}", entry.name));
  if (!is_checksum(entry.checksum))
    return corrupt(fmt::format("the index has no proper checksum of {}", entry.name));
  if (entry.size == 0) return corrupt(fmt::format("the index has no size of {}", entry.name));
  if (entry.architecture != architecture && entry.architecture != "noarch")
    return corrupt(fmt::format("the index has {} for {} and not for {}", entry.name,
                               printable(entry.architecture), architecture));
  return {};
}

Result<uint64_t> number(const IndexEntry& entry, std::string_view value, char letter) {
  auto parsed = parse_decimal(value);
  if (!parsed)
    return corrupt(fmt::format("the index has \"{}\" for {}: of {}", printable(value), letter,
                               printable(entry.name)));
  return *parsed;
}

Result<> set(IndexEntry& entry, char letter, std::string_view value) {
  switch (letter) {
    case 'P':
      entry.name = value;
      break;
    case 'V':
      entry.version = value;
      break;
    case 'A':
      entry.architecture = value;
      break;
    case 'C':
      entry.checksum = value;
      break;
    case 'D':
      entry.depends = value;
      break;
    case 'p':
      entry.provides = value;
      break;
    case 'i':
      entry.install_if = value;
      break;
    case 'o':
      entry.origin = value;
      break;
    case 'S':
      entry.size = TRY(number(entry, value, letter));
      break;
    case 'I':
      entry.installed_size = TRY(number(entry, value, letter));
      break;
    case 'k':
      entry.provider_priority = static_cast<uint32_t>(TRY(number(entry, value, letter)));
      break;
    default:
      break;
  }
  return {};
}

}  // namespace

Result<std::vector<IndexEntry>> parse_index(std::string_view text, std::string_view architecture) {
  std::vector<IndexEntry> entries;
  entries.reserve(text.size() / k_usual_entry + 1);
  IndexEntry entry;
  bool open = false;
  auto close = [&]() -> Result<> {
    if (!open) return {};
    TRY(check(entry, architecture));
    entries.push_back(entry);
    entry = {};
    open = false;
    return {};
  };
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    if (line.empty()) {
      TRY(close());
      continue;
    }
    if (line.size() < 2 || line[1] != ':')
      return corrupt(fmt::format("the index has the line \"{}\"", printable(line)));
    open = true;
    TRY(set(entry, line[0], line.substr(2)));
  }
  TRY(close());
  return entries;
}

Result<IndexFile> read_index_file(std::string_view content) {
  IndexFile file;
  file.archive = TRY(decompress_all(Compression::gzip, content, k_greatest_index));
  TarReader reader(file.archive, TarEnd::optional);
  while (true) {
    auto entry = TRY(reader.next());
    if (!entry) return corrupt("the archive of the index has no member APKINDEX");
    if (entry->path == "DESCRIPTION") file.description = reader.content(*entry).substr(0, 256);
    if (entry->path != "APKINDEX") continue;
    file.begin = entry->data_offset;
    file.size = entry->size;
    file.date = std::max<int64_t>(entry->mtime, 0);
    return file;
  }
}

}  // namespace kiln::packages::apk

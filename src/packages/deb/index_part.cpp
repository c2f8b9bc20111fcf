// SPDX-License-Identifier: Apache-2.0
#include "packages/deb/index_part.hpp"

#include "base/files.hpp"
#include "base/huge_pages.hpp"
#include "base/strings.hpp"
#include "packages/deb/control.hpp"
#include "packages/deb/relation.hpp"
#include "packages/deb/version.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

namespace kiln::packages::deb {

namespace {

using namespace index_format;

enum class Special : uint8_t {
  none,
  size,
  installed_size,
  sha256,
  essential,
  important,
  multi_arch,
  priority
};

struct KnownField {
  std::string_view name;  // as archives write it; the case of a letter does not matter
  IndexField field = IndexField::package;
  Special special = Special::none;
};

// By the length of their names.
constexpr std::array k_known_fields = {
    KnownField{"Size", {}, Special::size},
    KnownField{"Breaks", IndexField::breaks},
    KnownField{"Source", IndexField::source},
    KnownField{"SHA256", {}, Special::sha256},
    KnownField{"Package", IndexField::package},
    KnownField{"Depends", IndexField::depends},
    KnownField{"Version", IndexField::version},
    KnownField{"Section", IndexField::section},
    KnownField{"Suggests", IndexField::suggests},
    KnownField{"Replaces", IndexField::replaces},
    KnownField{"Enhances", IndexField::enhances},
    KnownField{"Provides", IndexField::provides},
    KnownField{"Filename", IndexField::filename},
    KnownField{"Priority", {}, Special::priority},
    KnownField{"Conflicts", IndexField::conflicts},
    KnownField{"Essential", {}, Special::essential},
    KnownField{"Important", {}, Special::important},
    KnownField{"Protected", {}, Special::important},
    KnownField{"Recommends", IndexField::recommends},
    KnownField{"Multi-Arch", {}, Special::multi_arch},
    KnownField{"Pre-Depends", IndexField::pre_depends},
    KnownField{"Architecture", IndexField::architecture},
    KnownField{"Installed-Size", {}, Special::installed_size},
};

constexpr size_t k_longest_name = 16;

// Where the fields with names of each length begin in k_known_fields.
constexpr auto k_of_length = [] {
  std::array<size_t, k_longest_name + 2> begins = {};
  for (size_t length = 0; length < begins.size(); ++length)
    while (begins[length] < k_known_fields.size() &&
           k_known_fields[begins[length]].name.size() < length)
      ++begins[length];
  return begins;
}();

// Whether a known name begins with each character, so that most other fields are passed over at
// their first one.
constexpr auto k_begins_known = [] {
  std::array<bool, 256> begins = {};
  for (const KnownField& known : k_known_fields) {
    begins[static_cast<uint8_t>(known.name.front())] = true;
    begins[static_cast<uint8_t>(known.name.front() | 0x20)] = true;
  }
  return begins;
}();

const KnownField* find_field(std::string_view name) {
  if (name.empty() || name.size() > k_longest_name) return nullptr;
  for (size_t i = k_of_length[name.size()]; i < k_of_length[name.size() + 1]; ++i) {
    const KnownField& known = k_known_fields[i];
    if (((known.name.front() ^ name.front()) & 0xdf) != 0) continue;
    if (known.name == name || same_field_name(known.name, name)) return &known;
  }
  return nullptr;
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

// Without the blanks around it: trim() within reach of the inliner.
std::string_view stripped(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

uint32_t multi_arch_flag(std::string_view value) {
  MultiArch kind = value == "same"      ? MultiArch::same
                   : value == "foreign" ? MultiArch::foreign
                   : value == "allowed" ? MultiArch::allowed
                                        : MultiArch::no;
  return static_cast<uint32_t>(kind) << k_multi_arch_shift;
}

uint32_t priority_flag(std::string_view value) {
  constexpr std::array<std::string_view, 6> k_priorities = {"",         "required", "important",
                                                            "standard", "optional", "extra"};
  for (uint32_t i = 1; i < k_priorities.size(); ++i)
    if (value == k_priorities[i]) return i << k_priority_shift;
  return 0;
}

void set_field(IndexStanza& stanza, const KnownField& known, std::string_view value) {
  switch (known.special) {
    case Special::none:
      stanza.last = &(stanza.text(known.field) = value);
      break;
    case Special::size:
      stanza.size = value;
      break;
    case Special::installed_size:
      stanza.installed_size = value;
      break;
    case Special::sha256:
      stanza.sha256 = value;
      break;
    case Special::essential:
      stanza.flags |= value == "yes" ? k_essential : 0;
      break;
    case Special::important:
      stanza.flags |= value == "yes" ? k_important : 0;
      break;
    case Special::multi_arch:
      stanza.flags |= multi_arch_flag(value);
      break;
    case Special::priority:
      stanza.flags |= priority_flag(value);
      break;
  }
}

// Of the paths that archives have, nearly all are clean by this: components of plain characters of
// which none begins with a dot.
bool is_plain_path(std::string_view path) {
  char before = '/';
  for (char c : path) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                 c == '-' || c == '+' || c == '_' || c == '~' || (c == '.' && before != '/') ||
                 (c == '/' && before != '/');
    if (!plain) return false;
    before = c;
  }
  return before != '/';
}

bool is_clean_path(std::string_view path) {
  if (is_plain_path(path)) return true;
  auto clean = clean_path(path);
  return clean && *clean == path && !path.empty();
}

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= 256 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '+' || c == '.' || c == '_';
  });
}

// The value of each lower-case hexadecimal digit, 16 for everything else.
constexpr auto k_digit_values = [] {
  std::array<uint8_t, 256> values = {};
  values.fill(16);
  for (size_t i = 0; i < 16; ++i) values[static_cast<uint8_t>("0123456789abcdef"[i])] = i & 15;
  return values;
}();

// Digest::from_hex without its error messages and copies: this is done for every package.
bool read_sha256(std::string_view digits, char (&raw)[Digest::k_size]) {
  if (digits.size() != 2 * Digest::k_size) return false;
  unsigned all = 0;
  for (size_t i = 0; i < Digest::k_size; ++i) {
    unsigned high = k_digit_values[static_cast<uint8_t>(digits[2 * i])];
    unsigned low = k_digit_values[static_cast<uint8_t>(digits[2 * i + 1])];
    all |= high | low;
    raw[i] = static_cast<char>(high << 4 | low);
  }
  return all < 16;
}

}  // namespace

std::unexpected<Error> IndexPart::bad(std::string_view what) const {
  std::string_view name = stanza_.texts[0];
  return fail(ErrorCode::corrupt,
              fmt::format("package \"{}\" of a package index has {}", printable(name, 80), what));
}

void IndexPart::add_line(std::string_view line) {
  stanza_.empty = false;
  if (line.front() == ' ' || line.front() == '\t') {
    std::string_view text = stripped(line);
    if (stanza_.last == nullptr || text.empty()) return;
    const char* begin = stanza_.last->empty() ? text.data() : stanza_.last->data();
    *stanza_.last = {begin, static_cast<size_t>(text.data() + text.size() - begin)};
    return;
  }
  stanza_.last = nullptr;
  if (!k_begins_known[static_cast<uint8_t>(line.front())]) return;
  std::string_view name = line.substr(0, std::min(line.size(), k_longest_name + 1));
  size_t colon = name.find(':');
  if (colon == std::string_view::npos) return;
  if (const KnownField* known = find_field(name.substr(0, colon)))
    set_field(stanza_, *known, stripped(line.substr(colon + 1)));
}

// "Source: name (version)" is one field for two things.
void IndexPart::split_source() {
  std::string_view& source = stanza_.text(IndexField::source);
  std::string_view& version = stanza_.text(IndexField::source_version);
  size_t parenthesis = source.find('(');
  if (parenthesis != std::string_view::npos) {
    version = source.substr(parenthesis + 1);
    version = trim(version.substr(0, version.find(')')));
    source = trim(source.substr(0, parenthesis));
  }
  if (source == stanza_.text(IndexField::package)) source = {};
  if (version == stanza_.text(IndexField::version)) version = {};
}

Result<> IndexPart::check() const {
  auto text = [&](IndexField field) { return stanza_.texts[static_cast<size_t>(field)]; };
  if (!is_word(text(IndexField::package))) return bad("no proper name");
  if (!is_word(text(IndexField::architecture))) return bad("no proper architecture");
  TRY_CONTEXT(check_version(text(IndexField::version)),
              fmt::format("reading package {}", text(IndexField::package)));
  if (!is_clean_path(text(IndexField::filename))) return bad("no proper file name");
  return {};
}

Result<> IndexPart::add_numbers() {
  Numbers own = {};
  auto size = parse_decimal(stanza_.size);
  if (!size) return bad("no proper size");
  own.size = *size;
  if (!stanza_.installed_size.empty()) {
    auto kibibytes = parse_decimal(stanza_.installed_size);
    if (!kibibytes || *kibibytes > UINT64_MAX / 1024) return bad("no proper installed size");
    own.installed_size = *kibibytes * 1024;
  }
  if (!read_sha256(stanza_.sha256, own.sha256)) return bad("no proper SHA-256");
  own.flags = stanza_.flags;
  numbers.push_back(own);
  return {};
}

Result<> IndexPart::add_provided(std::string_view field) {
  if (field.empty()) return {};
  auto record = static_cast<uint32_t>(numbers.size());
  auto pool_begin = static_cast<uint32_t>(pool.size());
  RelationReader reader(field);
  RelationText relation;
  while (true) {
    auto more = reader.next(relation);
    if (!more) return bad(fmt::format("a malformed Provides field: {}", more.error().message));
    if (!*more) return {};
    auto offset = static_cast<uint32_t>(relation.name.data() - field.data());
    provided.push_back({pool_begin + offset, static_cast<uint32_t>(relation.name.size()), record});
  }
}

Result<> IndexPart::finish() {
  if (stanza_.empty) return {};
  std::string_view& filename = stanza_.text(IndexField::filename);
  while (filename.starts_with("./")) filename.remove_prefix(2);
  TRY(check());
  split_source();
  size_t place = bounds.size();
  bounds.resize(place + k_index_fields);
  for (size_t field = 0; field < k_index_fields; ++field) {
    bounds[place + field] = static_cast<uint32_t>(pool.size());
    if (stanza_.texts[field].empty()) continue;
    if (field == static_cast<size_t>(IndexField::provides)) TRY(add_provided(stanza_.texts[field]));
    pool.append(stanza_.texts[field]);
  }
  TRY(add_numbers());
  stanza_ = {};
  return {};
}

Result<> IndexPart::parse(std::string_view text) {
  pool.reserve(text.size() / 2);
  prefer_huge_pages(pool);
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty())
      TRY(finish());
    else
      add_line(line);
  }
  return finish();
}

}  // namespace kiln::packages::deb

// SPDX-License-Identifier: Apache-2.0
#include "evidence/tlog/note.hpp"

#include "base/bytes.hpp"
#include "base/strings.hpp"
#include "evidence/tlog/big_endian.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::tlog {

namespace {

constexpr std::string_view k_dash = "\xe2\x80\x94 ";  // U+2014
constexpr size_t k_key_id_size = 4;

// Blanks beyond ASCII, in UTF-8: those that Unicode calls White_Space.
constexpr std::string_view k_wide_blanks[] = {
    "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81",
    "\xe2\x80\x82", "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86",
    "\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8",
    "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80"};

bool has_control_characters(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 && c != '\n';
  });
}

Result<NoteSignature> parse_line(std::string_view line) {
  auto bad = [&] {
    return fail(ErrorCode::corrupt,
                fmt::format("'{}' is not a note's signature line", printable(line, 80)));
  };
  if (!line.starts_with(k_dash)) return bad();
  std::string_view rest = line.substr(k_dash.size());
  NoteSignature signature;
  signature.name = take_until(rest, ' ');
  Result<std::string> bytes = from_base64(rest);
  if (!is_key_name(signature.name) || !bytes || bytes->size() <= k_key_id_size) return bad();
  signature.key_id = get_u32(*bytes);
  signature.bytes = bytes->substr(k_key_id_size);
  return signature;
}

}  // namespace

bool is_key_name(std::string_view name) {
  if (name.empty() || name.find_first_of("+ \t\n\v\f\r") != std::string_view::npos) return false;
  return std::ranges::none_of(k_wide_blanks, [&](std::string_view blank) {
    return name.find(blank) != std::string_view::npos;
  });
}

std::string NoteSignature::str() const {
  return fmt::format("{}{} {}\n", k_dash, name, to_base64(put_u32(key_id) + bytes));
}

std::string Note::str() const {
  std::string note = text + "\n";
  for (const NoteSignature& signature : signatures) note += signature.str();
  return note;
}

Result<std::vector<NoteSignature>> parse_signatures(std::string_view lines) {
  if (lines.size() > k_largest_note)
    return fail(ErrorCode::limit, "the signatures of a note are larger than accepted");
  std::vector<NoteSignature> signatures;
  while (!lines.empty()) {
    if (lines.find('\n') == std::string_view::npos)
      return fail(ErrorCode::corrupt, "the last line of a note has no end");
    if (signatures.size() == k_most_signatures)
      return fail(ErrorCode::limit, "a note has more signatures than accepted");
    signatures.push_back(TRY(parse_line(take_until(lines, '\n'))));
  }
  if (signatures.empty()) return fail(ErrorCode::corrupt, "a note has no signature");
  return signatures;
}

Result<Note> Note::parse(std::string_view bytes) {
  if (bytes.size() > k_largest_note)
    return fail(ErrorCode::limit, "a note is larger than accepted");
  if (has_control_characters(bytes))
    return fail(ErrorCode::corrupt, "a note holds control characters");
  size_t end = bytes.rfind("\n\n");
  if (end == std::string_view::npos)
    return fail(ErrorCode::corrupt, "a note has no empty line before its signatures");
  Note note;
  note.text = bytes.substr(0, end + 1);
  note.signatures = TRY(parse_signatures(bytes.substr(end + 2)));
  return note;
}

}  // namespace kiln::tlog

// SPDX-License-Identifier: Apache-2.0
//
// Signed notes (C2SP signed-note): a text and lines of signatures under it.
//
//   note      = text LF 1*signature            ; text ends with LF
//   signature = U+2014 SP name SP base64( key id of 4 bytes; signature bytes ) LF
//
// A note says nothing until a key that the reader knows has verified it: see note_key.hpp.
#pragma once
#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::tlog {

inline constexpr size_t k_largest_note = 1U << 20;
inline constexpr size_t k_most_signatures = 100;

struct NoteSignature {
  std::string name;         // of the key: not empty, without blanks and "+"
  uint32_t key_id = 0;      // tells several keys of a name apart
  std::string bytes;        // what the key's algorithm made
  std::string str() const;  // the line, with its LF

  bool operator==(const NoteSignature&) const = default;
};

struct Note {
  std::string text;  // ends with LF
  std::vector<NoteSignature> signatures;
  std::string str() const;  // the inverse of parse

  // Fails with corrupt, and with limit for a note of more bytes or signatures than we accept.
  static Result<Note> parse(std::string_view bytes);

  bool operator==(const Note&) const = default;
};

// One or more signature lines, as a witness answers them. Fails like Note::parse.
Result<std::vector<NoteSignature>> parse_signatures(std::string_view lines);

// Whether a text may be the name of a key.
bool is_key_name(std::string_view name);

}  // namespace kiln::tlog

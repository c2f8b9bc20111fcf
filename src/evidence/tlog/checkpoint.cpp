// SPDX-License-Identifier: Apache-2.0
#include "evidence/tlog/checkpoint.hpp"

#include "base/strings.hpp"
#include "evidence/tlog/merkle.hpp"

#include <fmt/format.h>

namespace kiln::tlog {

std::string Checkpoint::str() const {
  std::string text = fmt::format("{}\n{}\n{}\n", origin, size, to_base64(root.bytes()));
  for (const std::string& line : extensions) text += line + "\n";
  return text;
}

Result<Checkpoint> Checkpoint::parse(std::string_view text) {
  auto bad = [](std::string_view why) {
    return fail(ErrorCode::corrupt, fmt::format("a checkpoint {}", why));
  };
  if (!text.ends_with('\n')) return bad("does not end with a line end");
  text.remove_suffix(1);
  std::vector<std::string_view> lines = split(text, '\n');
  if (lines.size() < 3) return bad("has fewer than three lines");
  Checkpoint checkpoint;
  checkpoint.origin = lines[0];
  if (checkpoint.origin.empty()) return bad("has no origin");
  std::optional<uint64_t> size = parse_decimal(lines[1]);
  if (!size || std::to_string(*size) != lines[1] || *size > k_largest_tree)
    return bad("has a bad size");
  checkpoint.size = *size;
  Result<std::string> root = from_base64(lines[2]);
  if (!root || root->size() != Digest::k_size) return bad("has a bad root hash");
  checkpoint.root = TRY(Digest::from_bytes(*root));
  for (size_t i = 3; i < lines.size(); ++i) {
    if (lines[i].empty()) return bad("has an empty line");
    checkpoint.extensions.emplace_back(lines[i]);
  }
  return checkpoint;
}

Result<SignedCheckpoint> SignedCheckpoint::parse(std::string_view bytes) {
  Note note = TRY(Note::parse(bytes));
  Checkpoint checkpoint = TRY(Checkpoint::parse(note.text));
  return SignedCheckpoint{std::move(checkpoint), std::move(note)};
}

Result<SignedCheckpoint> open_checkpoint(std::string_view bytes, const NoteKey& key,
                                         std::string_view origin) {
  SignedCheckpoint found = TRY(SignedCheckpoint::parse(bytes));
  std::string_view expected = origin.empty() ? std::string_view(key.name()) : origin;
  if (found.checkpoint.origin != expected)
    return fail(ErrorCode::unverified,
                fmt::format("the checkpoint is of the log {}, not of {}",
                            printable(found.checkpoint.origin, 100), expected));
  TRY(verify_note(found.note, key));
  return found;
}

}  // namespace kiln::tlog

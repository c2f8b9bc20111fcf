// SPDX-License-Identifier: Apache-2.0
#include "evidence/tlog/log.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::tlog {

namespace {

Result<std::string> sign_checkpoint(const Checkpoint& checkpoint, const LogSettings& settings,
                                    SigningKey& key) {
  Note note{checkpoint.str(), {}};
  note.signatures.push_back(TRY(sign_note(note.text, settings.key, key)));
  return note.str();
}

Result<Appended> proof_of(TreeReader& tree, uint64_t index, const SignedCheckpoint& head) {
  Appended found{.index = index,
                 .tree_size = head.checkpoint.size,
                 .leaf = {},
                 .proof = TRY(prove_inclusion(tree, index, head.checkpoint.size)),
                 .checkpoint = head.note.str()};
  found.leaf = TRY(tree.node(0, index));
  return found;
}

Result<> check_key(const LogSettings& settings, const SigningKey& key) {
  if (key.public_key() == settings.key.key()) return {};
  return fail(ErrorCode::bad_input,
              fmt::format("the key is not that of the log {}", settings.origin));
}

}  // namespace

Result<> Log::create(const LogPlace& place, const LogSettings& settings, SigningKey& key) {
  TRY(check_key(settings, key));
  std::string checkpoint =
      TRY(sign_checkpoint({settings.origin, 0, empty_root(), {}}, settings, key));
  return LogFiles::create(place, settings, checkpoint);
}

Result<Log> Log::open(const LogPlace& place, SigningKey& key) {
  LogSettings settings = TRY(load_settings(place.directory));
  TRY(check_key(settings, key));
  return Log(TRY(LogFiles::open(place)), key);
}

Result<std::vector<Appended>> Log::append(std::span<const std::string> entries) {
  uint64_t first = size();
  TRY(files_->append(entries, [&](const Checkpoint& checkpoint) {
    return sign_checkpoint(checkpoint, settings(), *key_);
  }));
  TreeReader tree(files_->tiles(), size());
  std::vector<Appended> added;
  added.reserve(entries.size());
  for (uint64_t index = first; index < size(); ++index)
    added.push_back(TRY(proof_of(tree, index, checkpoint())));
  return added;
}

Result<Appended> Log::prove(uint64_t index) {
  TreeReader tree(files_->tiles(), size());
  return proof_of(tree, index, checkpoint());
}

Result<std::vector<Digest>> Log::consistency(uint64_t old_size, uint64_t new_size) {
  if (new_size > size())
    return fail(ErrorCode::bad_input,
                fmt::format("the log has {} entries, not {}", size(), new_size));
  TreeReader tree(files_->tiles(), size());
  return prove_consistency(tree, old_size, new_size);
}

Result<std::vector<std::string>> Log::entries(uint64_t first, size_t count) {
  std::vector<std::string> found;
  uint64_t end = first + std::min<uint64_t>(count, size() - std::min(first, size()));
  while (first + found.size() < end) {
    std::vector<std::string> more =
        TRY(read_entries(files_->tiles(), first + found.size(), end, size()));
    std::ranges::move(more, std::back_inserter(found));
  }
  return found;
}

Result<std::string> Log::add_cosignatures(std::span<const NoteSignature> lines) {
  if (!settings().takes_cosignatures())
    return fail(ErrorCode::unsupported,
                fmt::format("clients of the log {} accept one signature only", settings().origin));
  std::string bytes = TRY(files_->tiles().checkpoint());
  Note note = TRY(Note::parse(bytes));
  for (const NoteSignature& line : lines) {
    std::erase_if(note.signatures, [&](const NoteSignature& old) {
      return old.name == line.name && old.key_id == line.key_id;
    });
    note.signatures.push_back(line);
  }
  std::string text = note.str();
  TRY(files_->publish(text));
  return text;
}

}  // namespace kiln::tlog

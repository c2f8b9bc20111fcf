// SPDX-License-Identifier: Apache-2.0
#include "evidence/tlog/log_proof.hpp"

#include "base/strings.hpp"
#include "evidence/tlog/merkle.hpp"

#include <fmt/format.h>

namespace kiln::tlog {

namespace {

constexpr std::string_view k_header = "c2sp.org/tlog-proof@v1\n";
constexpr std::string_view k_extra = "extra ";
constexpr std::string_view k_index = "index ";
constexpr size_t k_most_hashes = 63;

std::unexpected<Error> bad(std::string_view why) {
  return fail(ErrorCode::corrupt, fmt::format("the log proof {}", why));
}

}  // namespace

std::string LogProof::spicy() const {
  std::string text = fmt::format("{}{}\n", k_index, index);
  for (const Digest& hash : hashes) text += to_base64(hash.bytes()) + "\n";
  return text + "\n" + checkpoint;
}

std::string LogProof::str() const {
  std::string text(k_header);
  if (extra) text += fmt::format("{}{}\n", k_extra, to_base64(*extra));
  return text + spicy();
}

Result<LogProof> LogProof::parse(std::string_view bytes) {
  if (bytes.size() > 2 * k_largest_note)
    return fail(ErrorCode::limit, "the log proof is larger than accepted");
  LogProof proof;
  std::string_view rest = bytes;
  if (rest.starts_with(k_header)) {
    rest.remove_prefix(k_header.size());
    if (rest.starts_with(k_extra)) {
      Result<std::string> extra = from_base64(take_until(rest, '\n').substr(k_extra.size()));
      if (!extra) return bad("has extra data that is not base64");
      proof.extra = std::move(*extra);
    }
  }
  std::string_view line = take_until(rest, '\n');
  if (!line.starts_with(k_index)) return bad("does not say the index of its entry");
  line.remove_prefix(k_index.size());
  std::optional<uint64_t> index = parse_decimal(line);
  if (!index || std::to_string(*index) != line) return bad("has a bad index");
  proof.index = *index;
  while (true) {
    if (rest.find('\n') == std::string_view::npos) return bad("ends before its checkpoint");
    line = take_until(rest, '\n');
    if (line.empty()) break;
    if (proof.hashes.size() == k_most_hashes) return bad("has more hashes than a tree is high");
    Result<std::string> hash = from_base64(line);
    if (!hash || hash->size() != Digest::k_size) return bad("has a line that is not a hash");
    proof.hashes.push_back(TRY(Digest::from_bytes(*hash)));
  }
  TRY(SignedCheckpoint::parse(rest));
  proof.checkpoint = rest;
  return proof;
}

Result<> verify_proof(const LogProof& proof, const Checkpoint& checkpoint, std::string_view entry) {
  return verify_inclusion(leaf_hash(entry), proof.index, checkpoint.size, proof.hashes,
                          checkpoint.root);
}

}  // namespace kiln::tlog

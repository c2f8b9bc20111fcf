// SPDX-License-Identifier: Apache-2.0
#include "evidence/signing/verify_entry.hpp"

#include "base/strings.hpp"
#include "evidence/tlog/checkpoint.hpp"
#include "evidence/tlog/merkle.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::signing {

namespace {

std::unexpected<Error> refuse(std::string message) {
  return fail(ErrorCode::unverified, std::move(message));
}

bool trusted_at(const TrustedLog& log, std::span<const UnixTime> times, UnixTime now) {
  if (times.empty()) return log.validity.contains(now);
  return std::ranges::all_of(times, [&](UnixTime time) { return log.validity.contains(time); });
}

Result<const TrustedLog*> find_log(const LogEntry& entry, const TrustedRoot& root,
                                   std::span<const UnixTime> times, UnixTime now) {
  bool known = false;
  for (const TrustedLog& log : root.logs) {
    if (log.log_id != entry.log_id) continue;
    known = true;
    if (trusted_at(log, times, now)) return &log;
  }
  if (known) return refuse("the log that has the signature was not trusted at that time");
  return fail(ErrorCode::unverified,
              fmt::format("the trusted root does not have the log {}", to_hex(entry.log_id)),
              "get the publisher's newest trusted_root.json");
}

Result<> check_promise(const LogEntry& entry, const TrustedLog& log) {
  std::string text = entry_promise_text(entry.body, static_cast<uint64_t>(entry.integrated_time),
                                        entry.log_id, entry.log_index);
  if (!log.key.verify(text, entry.promise))
    return refuse(fmt::format("the promise of log {} is not its own", log.host()));
  return {};
}

// The origin of a Rekor v1 checkpoint is "<host> - <tree id>"; of others it is the host.
Result<tlog::SignedCheckpoint> checkpoint_of(const LogEntry& entry, const TrustedLog& log) {
  std::string host = log.host();
  std::string_view origin = entry.proof.checkpoint;
  origin = origin.substr(0, origin.find('\n'));
  bool own = origin == host ||
             (log.key.algorithm() == KeyAlgorithm::ecdsa_p256 && origin.starts_with(host + " - "));
  if (!own)
    return refuse(
        fmt::format("the checkpoint is one of '{}', not of log {}", printable(origin, 80), host));
  tlog::NoteKey key = TRY(tlog::NoteKey::of_log(host, log.key));
  return tlog::open_checkpoint(entry.proof.checkpoint, key, origin);
}

}  // namespace

Result<> check_entry_body(const LogEntry& entry, const Bundle& bundle, const EntrySigner& signer) {
  const Envelope* envelope = std::get_if<Envelope>(&bundle.content);
  if (entry.kind == k_dsse_v1 && envelope != nullptr)
    return check_dsse_v1_body(entry.body, *envelope, signer);
  std::string expected;
  bool own_key =
      signer.algorithm() == KeyAlgorithm::ecdsa_p256 || signer.algorithm() == KeyAlgorithm::ed25519;
  if (entry.kind == k_hashedrekord_v2 && !own_key)
    return fail(
        ErrorCode::unsupported,
        fmt::format("entries of Rekor v2 for {} keys are not known here", str(signer.algorithm())));
  if (entry.kind == k_hashedrekord_v2)
    expected = hashedrekord_v2_body(signed_digest(bundle), signature_of(bundle), signer);
  else if (entry.kind == k_hashedrekord_v1 && envelope == nullptr)
    expected = hashedrekord_v1_body(signed_digest(bundle), signature_of(bundle), signer);
  else
    return fail(ErrorCode::unsupported,
                fmt::format("a log entry of kind '{}' {} is not known here",
                            printable(entry.kind.kind, 40), printable(entry.kind.version, 20)));
  if (entry.body == expected) return {};
  return refuse("the log's entry is about another signature");
}

Result<VerifiedEntry> check_inclusion(const LogEntry& entry, const TrustedRoot& root,
                                      std::span<const UnixTime> times, UnixTime now) {
  const TrustedLog& log = *TRY(find_log(entry, root, times, now));
  if (!entry.promise.empty()) TRY(check_promise(entry, log));
  const InclusionProof& proof = entry.proof;
  if (entry.kind == k_hashedrekord_v2 && entry.log_index != proof.log_index)
    return refuse("the log entry names two indexes");
  tlog::SignedCheckpoint signed_checkpoint =
      TRY_CONTEXT(checkpoint_of(entry, log), fmt::format("checking log {}", log.host()));
  const tlog::Checkpoint& checkpoint = signed_checkpoint.checkpoint;
  if (checkpoint.root != proof.root || checkpoint.size != proof.tree_size)
    return refuse("the proof of the log entry is not for its checkpoint");
  TRY(tlog::verify_inclusion(tlog::leaf_hash(entry.body), proof.log_index, proof.tree_size,
                             proof.hashes, proof.root));
  VerifiedEntry verified{log.host(), entry.kind, entry.log_index, proof.tree_size, {}};
  for (const tlog::NoteSignature& signature : signed_checkpoint.note.signatures)
    if (signature.name != log.host()) verified.other_signers.push_back(signature.name);
  return verified;
}

}  // namespace kiln::signing

// SPDX-License-Identifier: Apache-2.0
#include "evidence/signing/batch.hpp"

#include "base/threads.hpp"
#include "evidence/signing/simple_signing.hpp"
#include "evidence/signing/trusted_root.hpp"

namespace kiln::signing {

namespace {

BatchEnvelope unsigned_envelope(size_t manifest, EncodedStatement statement, bool wants_rekor) {
  BatchEnvelope made;
  made.manifest = manifest;
  made.predicate_type = std::move(statement.predicate_type);
  made.envelope.payload_type = k_statement_payload_type;
  made.envelope.payload = std::move(statement.payload);
  made.wants_rekor_entry = wants_rekor;
  return made;
}

Result<LogEntry> entry_of(const EntryKind& kind, const std::string& body,
                          const tlog::LogSettings& log, const tlog::Appended& appended) {
  LogEntry entry;
  entry.kind = kind;
  entry.log_id = log_id(log.key.name(), log.key.key());
  entry.log_index = appended.index;
  entry.body = body;
  tlog::SignedCheckpoint checkpoint = TRY(tlog::SignedCheckpoint::parse(appended.checkpoint));
  entry.proof = {appended.index, checkpoint.checkpoint.root, appended.tree_size, appended.proof,
                 appended.checkpoint};
  return entry;
}

Result<> add_to_log(Batch& batch, const SigningContext& context) {
  if (context.log == nullptr) return {};
  tlog::Log& log = *context.log;
  const PublicKey& key = context.key.public_key();
  std::vector<std::string> bodies;
  for (const BatchEnvelope& envelope : batch.envelopes)
    bodies.push_back(hashedrekord_v2_body(envelope.digest, envelope.signature(), key));
  std::vector<tlog::Appended> appended = TRY(log.append(bodies));
  for (size_t i = 0; i < batch.envelopes.size(); ++i)
    batch.envelopes[i].entry =
        TRY(entry_of(k_hashedrekord_v2, bodies[i], log.settings(), appended[i]));
  return {};
}

// An entry with the log's promise and the time when it was made.
Result<LogEntry> promised_entry(const EntryKind& kind, const std::string& body,
                                const RekorLog& rekor, const tlog::Appended& appended,
                                UnixTime now) {
  LogEntry entry = TRY(entry_of(kind, body, rekor.log.settings(), appended));
  entry.integrated_time = now;
  entry.promise = TRY(rekor.key.sign(
      entry_promise_text(body, static_cast<uint64_t>(now), entry.log_id, entry.log_index)));
  return entry;
}

Result<> add_to_rekor_log(Batch& batch, const SigningContext& context) {
  if (context.rekor_log == nullptr) return {};
  const RekorLog& rekor = *context.rekor_log;
  const PublicKey& key = context.key.public_key();
  UnixTime now = context.clock.now();
  std::vector<std::string> bodies;
  for (const BatchEnvelope& envelope : batch.envelopes)
    if (envelope.wants_rekor_entry) bodies.push_back(dsse_v1_body(envelope.envelope, key));
  for (const BatchDocument& document : batch.documents)
    bodies.push_back(hashedrekord_v1_body(sha256(document.payload), document.signature, key));
  if (bodies.empty()) return {};
  std::vector<tlog::Appended> appended = TRY(rekor.log.append(bodies));
  size_t at = 0;
  for (BatchEnvelope& envelope : batch.envelopes) {
    if (!envelope.wants_rekor_entry) continue;
    envelope.rekor_entry = TRY(promised_entry(k_dsse_v1, bodies[at], rekor, appended[at], now));
    ++at;
  }
  for (BatchDocument& document : batch.documents) {
    document.rekor_entry =
        TRY(promised_entry(k_hashedrekord_v1, bodies[at], rekor, appended[at], now));
    ++at;
  }
  return {};
}

void stamp(Batch& batch, const SigningContext& context) {
  if (context.timestamps == nullptr) return;
  UnixTime now = context.clock.now();
  for (BatchEnvelope& envelope : batch.envelopes)
    envelope.timestamp = context.timestamps->stamp(envelope.signature(), now);
  for (BatchDocument& document : batch.documents)
    document.timestamp = context.timestamps->stamp(document.signature, now);
}

}  // namespace

Result<Batch> sign_batch(std::span<Signed> manifests, const SigningContext& context,
                         const BatchNeeds& needs) {
  Batch batch;
  for (size_t i = 0; i < manifests.size(); ++i) {
    Signed& manifest = manifests[i];
    const Digest& digest = manifest.descriptor.digest;
    if (manifest.sign_itself) {
      batch.envelopes.push_back(
          unsigned_envelope(i, encode(image_signature(digest)), needs.rekor_signatures));
      batch.envelopes.back().is_signature = true;
    }
    for (EncodedStatement& statement : manifest.statements)
      batch.envelopes.push_back(unsigned_envelope(i, std::move(statement),
                                                  manifest.sign_itself && needs.rekor_statements));
    if (!needs.documents || !manifest.sign_itself) continue;
    std::string payload = encode(SimpleSigning{manifest.reference, digest});
    std::string signature = TRY(context.key.sign(payload));
    batch.documents.push_back({i, std::move(payload), std::move(signature), "", std::nullopt});
  }
  auto sign = [&](size_t i) -> Result<> {
    BatchEnvelope& made = batch.envelopes[i];
    made.digest = pae_digest(made.envelope);
    made.envelope.signatures.push_back(
        {TRY(sign_digested(made.envelope, made.digest, context.key)), ""});
    return {};
  };
  TRY(parallel_for(batch.envelopes.size(), default_threads(), sign));
  return batch;
}

Result<> prove_batch(Batch& batch, const SigningContext& context) {
  auto prove = [&](size_t i) -> Result<> {
    if (i == 0) return with_context(add_to_log(batch, context), "writing into the log");
    if (i == 1)
      return with_context(add_to_rekor_log(batch, context), "writing into the log for Rekor v1");
    stamp(batch, context);
    return {};
  };
  return parallel_for(3, 3, prove);
}

}  // namespace kiln::signing

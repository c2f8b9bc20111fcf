// SPDX-License-Identifier: Apache-2.0
#include "evidence/verification/judge.hpp"

#include "base/strings.hpp"
#include "evidence/verification/judging.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::verification {

namespace {

std::string short_name(const Exhibit& exhibit) {
  return fmt::format("{} in {}", str(exhibit.form), exhibit.where);
}

std::string subjects_of(const signing::Statement& statement) {
  std::string text;
  for (const signing::StatementSubject& subject : statement.subjects)
    for (const auto& [algorithm, value] : subject.digests)
      text += fmt::format("{}{}:{}", text.empty() ? "" : ", ", algorithm, value);
  return printable(text);
}

}  // namespace

void Judge::look_at(const Exhibit& exhibit) {
  Result<> judged;
  if (exhibit.form == Form::bundle) judged = bundle(exhibit);
  if (exhibit.form == Form::envelope) judged = envelope(exhibit);
  if (exhibit.form == Form::simple_signature) judged = simple(exhibit);
  if (exhibit.form == Form::notary) judged = notary(exhibit);
  if (!judged) refuse(exhibit, judged.error());
}

void Judge::look_at_raw(const Exhibit& exhibit) {
  for (const ImageSignature& signature : found_.signatures) {
    bool in_index =
        signature.target == parts_.root.digest &&
        std::ranges::any_of(parts_.attestations, [&](const AttestationManifest& attestation) {
          return attestation.descriptor.digest == exhibit.holder;
        });
    if (signature.target != exhibit.holder && !in_index) continue;
    Result<signing::Statement> statement = signing::parse_statement(exhibit.bytes);
    if (!statement) return refuse(exhibit, statement.error());
    Proof proof = signature.proof;
    proof.form = exhibit.form;
    proof.where = exhibit.where;
    Result<> added =
        add_statement(exhibit, sha256(exhibit.bytes), std::move(*statement), std::move(proof));
    if (!added) return refuse(exhibit, added.error());
    return;
  }
  // What stands signed elsewhere says the same here.
  auto known =
      std::ranges::find(found_.statements, sha256(exhibit.bytes), &SignedStatement::payload);
  if (known == found_.statements.end()) add_unknown(exhibit);
}

void Judge::refuse(const Exhibit& exhibit, const Error& error) {
  bool is_signature = exhibit.form == Form::simple_signature || exhibit.form == Form::notary;
  std::string name = is_signature ? "signature" : "statement";
  verdict_.refuse(name, parts_.name_of(exhibit.target),
                  fmt::format("{}: {}", short_name(exhibit), error.str()), error.hint);
}

Result<> Judge::ignore(const Exhibit& exhibit, const Error& error) {
  verdict_.skip("evidence", parts_.name_of(exhibit.target),
                fmt::format("ignored: {}: {}", short_name(exhibit), error.str()));
  return {};
}

void Judge::pass_over(const Exhibit& exhibit, const Signer& signer) {
  verdict_.skip("signature", parts_.name_of(exhibit.target),
                fmt::format("{}: nothing proves that it was made while {} was valid",
                            short_name(exhibit), signer.str()));
}

const Signer* Judge::signer_of(std::string_view message, std::string_view signature) const {
  for (const Signer& signer : trust_.signers)
    if (signer.key && signer.key->verify(message, signature)) return &signer;
  return nullptr;
}

Result<bool> Judge::counts(const Exhibit& exhibit, const Signer& signer, const Proof& proof) {
  for (UnixTime time : proof.times)
    if (!signer.validity.contains(time))
      return fail(ErrorCode::unverified, fmt::format("the signature was made at {}, when {} was "
                                                     "not valid",
                                                     format_rfc3339(time), signer.str()));
  if (!proof.times.empty() || signer.validity.contains(trust_.now)) return true;
  pass_over(exhibit, signer);
  return false;
}

Result<> Judge::add_envelope(const Exhibit& exhibit, const signing::Envelope& envelope,
                             Proof proof) {
  if (envelope.payload_type != signing::k_statement_payload_type)
    return fail(ErrorCode::unverified, fmt::format("its payload is of type '{}', not a statement",
                                                   printable(envelope.payload_type, 80)));
  signing::Statement statement = TRY(signing::parse_statement(envelope.payload));
  return add_statement(exhibit, sha256(envelope.payload), std::move(statement), std::move(proof));
}

Result<> Judge::add_statement(const Exhibit& exhibit, const Digest& payload,
                              signing::Statement statement, Proof proof) {
  if (!signing::is_about(statement, exhibit.target))
    return fail(ErrorCode::unverified,
                fmt::format("the statement by {} is not about {}, but about {}", proof.signer,
                            exhibit.target.str(), subjects_of(statement)));
  if (statement.predicate_type == signing::k_image_signature_type) {
    add_signature(exhibit, std::move(proof));
    return {};
  }
  for (SignedStatement& known : found_.statements)
    if (known.payload == payload) {
      known.proofs.push_back(std::move(proof));
      return {};
    }
  found_.statements.push_back({exhibit.target, payload, std::move(statement), {std::move(proof)}});
  return {};
}

void Judge::add_signature(const Exhibit& exhibit, Proof proof) {
  found_.signatures.push_back({exhibit.target, std::move(proof)});
}

bool Judgement::has_signature(const Digest& target) const {
  return std::ranges::find(signatures, target, &ImageSignature::target) != signatures.end();
}

std::vector<const Proof*> all_proofs(const Judgement& judgement) {
  std::vector<const Proof*> all;
  for (const ImageSignature& signature : judgement.signatures) all.push_back(&signature.proof);
  for (const SignedStatement& statement : judgement.statements)
    for (const Proof& proof : statement.proofs) all.push_back(&proof);
  return all;
}

std::vector<Signer> signers_of(const Policy& policy, std::span<const PublicKey> keys,
                               Verdict& verdict) {
  std::vector<Signer> signers;
  for (Signer signer : policy.signers) {
    for (const PublicKey& key : keys)
      if (!signer.key && signer.key_digest == key.digest()) signer.key = key;
    if (!signer.key && signer.identity.empty() && signer.roots.empty()) {
      verdict.skip("signer", signer.name,
                   fmt::format("key {} is not at hand: give it with --key",
                               signer.key_digest ? signer.key_digest->str() : "?"));
      continue;
    }
    signers.push_back(std::move(signer));
  }
  return signers;
}

Judgement judge(const Exhibits& exhibits, const ImageParts& parts, const Trust& trust,
                Verdict& verdict) {
  Judge judge(parts, trust, verdict);
  for (const Exhibit& exhibit : exhibits.items)
    if (exhibit.form != Form::raw_statement) judge.look_at(exhibit);
  for (const Exhibit& exhibit : exhibits.items)
    if (exhibit.form == Form::raw_statement) judge.look_at_raw(exhibit);
  return judge.take();
}

}  // namespace kiln::verification

// SPDX-License-Identifier: Apache-2.0
#include "evidence/verification/judge.hpp"

#include "base/bytes.hpp"
#include "base/strings.hpp"
#include "evidence/signing/certificate_identity.hpp"
#include "evidence/signing/notary.hpp"
#include "evidence/signing/simple_signing.hpp"
#include "evidence/verification/legacy_proofs.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::verification {

namespace {

std::string short_name(const Exhibit& exhibit) {
  return fmt::format("{} in {}", str(exhibit.form), exhibit.where);
}

class Judge {
 public:
  Judge(const ImageParts& parts, const Trust& trust, Verdict& verdict)
      : parts_(parts), trust_(trust), verdict_(verdict) {}

  void look_at(const Exhibit& exhibit) {
    Result<> judged;
    if (exhibit.form == Form::bundle) judged = bundle(exhibit);
    if (exhibit.form == Form::envelope) judged = envelope(exhibit);
    if (exhibit.form == Form::simple_signature) judged = simple(exhibit);
    if (exhibit.form == Form::notary) judged = notary(exhibit);
    if (!judged) refuse(exhibit, judged.error());
  }

  // An unsigned statement counts when the manifest that holds it is signed, or stands in the index
  // that is.
  void look_at_raw(const Exhibit& exhibit) {
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
    ++found_.unknown[exhibit.target];
  }

  Judgement take() { return std::move(found_); }

 private:
  void refuse(const Exhibit& exhibit, const Error& error) {
    bool is_signature = exhibit.form == Form::simple_signature || exhibit.form == Form::notary;
    std::string name = is_signature ? "signature" : "statement";
    verdict_.refuse(name, parts_.name_of(exhibit.target),
                    fmt::format("{}: {}", short_name(exhibit), error.str()), error.hint);
  }

  // A good signature that proves nothing, since nothing says when it was made.
  void pass_over(const Exhibit& exhibit, const Signer& signer) {
    verdict_.skip("signature", parts_.name_of(exhibit.target),
                  fmt::format("{}: nothing proves that it was made while {} was valid",
                              short_name(exhibit), signer.str()));
  }

  const Signer* signer_of(std::string_view message, std::string_view signature) const {
    for (const Signer& signer : trust_.signers)
      if (signer.key && signer.key->verify(message, signature)) return &signer;
    return nullptr;
  }

  // Whether a bundle says that a trusted key made it.
  const Signer* named_signer(const signing::Bundle& bundle) const {
    for (const Signer& signer : trust_.signers)
      if (signer.key && !bundle.key_hint.empty() &&
          bundle.key_hint == signing::key_hint(*signer.key))
        return &signer;
    return nullptr;
  }

  Result<> bundle(const Exhibit& exhibit) {
    Result<signing::Bundle> parsed = signing::parse_bundle(exhibit.bytes);
    if (!parsed) return std::unexpected(std::move(parsed).error());
    const signing::Bundle& bundle = *parsed;
    const auto* envelope = std::get_if<signing::Envelope>(&bundle.content);
    if (envelope == nullptr)
      return fail(ErrorCode::unsupported, "the bundle holds no statement but a bare signature");
    if (!bundle.certificate.empty()) return certified(exhibit, bundle, *envelope);
    const Signer* signer = signer_of(signing::pae(*envelope), signing::signature_of(bundle));
    if (signer == nullptr) {
      if (const Signer* named = named_signer(bundle))
        return fail(ErrorCode::unverified,
                    fmt::format("the signature is not by {}, which it names", named->str()));
      ++found_.unknown[exhibit.target];
      return {};
    }
    signing::BundleTrust asked{.key = *signer->key,
                               .key_validity = signer->validity,
                               .root = trust_.root(),
                               .log_entries = 0,
                               .now = trust_.now};
    Result<signing::VerifiedBundle> verified = verify_bundle(bundle, asked);
    if (!verified) {
      // Outside its time by today's clock alone: it may have been made in time.
      bool undated = bundle.timestamps.empty() && !signer->validity.contains(trust_.now);
      if (!undated) return std::unexpected(std::move(verified).error());
      pass_over(exhibit, *signer);
      return {};
    }
    return take_envelope(exhibit, *envelope, proof_of(*signer, exhibit, bundle, *verified));
  }

  static Proof proof_of(const Signer& signer, const Exhibit& exhibit, const signing::Bundle& bundle,
                        const signing::VerifiedBundle& verified) {
    Proof proof{signer.name, exhibit.form, exhibit.where, verified.times};
    for (size_t i = 0; i < verified.entries.size(); ++i)
      proof.logs.push_back({verified.entries[i].log, verified.entries[i].index,
                            verified.entries[i].tree_size, bundle.entries[i].proof.checkpoint});
    return proof;
  }

  // A bundle whose certificate names one of the identities that are trusted.
  Result<> certified(const Exhibit& exhibit, const signing::Bundle& bundle,
                     const signing::Envelope& envelope) {
    Certificate certificate = TRY(Certificate::from_der(bundle.certificate));
    signing::CertificateIdentity identity = signing::identity_of(certificate);
    auto signer = std::ranges::find_if(trust_.signers, [&](const Signer& each) {
      return !each.identity.empty() && identity.is(each.identity, each.issuer);
    });
    if (signer == trust_.signers.end()) {
      ++found_.unknown[exhibit.target];
      return {};
    }
    if (trust_.root() == nullptr)
      return fail(ErrorCode::unverified, "no trusted root says which authorities are trusted",
                  "give the publisher's with --trusted-root");
    signing::BundleTrust asked{.key = TRY(certificate.anyones_public_key()),
                               .certificate = certificate,
                               .key_validity = {certificate.not_before(), certificate.not_after()},
                               .root = trust_.root(),
                               .log_entries = 0,
                               .now = trust_.now};
    signing::VerifiedBundle verified = TRY(verify_bundle(bundle, asked));
    TRY(signing::verify_certificate(certificate, *trust_.root(), verified.times));
    Proof proof = proof_of(*signer, exhibit, bundle, verified);
    if (!TRY(counts(exhibit, *signer, proof))) return {};
    return take_envelope(exhibit, envelope, std::move(proof));
  }

  Result<> envelope(const Exhibit& exhibit) {
    signing::Envelope envelope = TRY(signing::parse_envelope(exhibit.bytes));
    std::string signed_text = signing::pae(envelope);
    for (const signing::EnvelopeSignature& signature : envelope.signatures) {
      const Signer* signer = signer_of(signed_text, signature.signature);
      if (signer == nullptr) continue;
      Proof proof{signer->name, exhibit.form, exhibit.where};
      auto fits = [&](std::string_view body) {
        return signing::check_dsse_v1_body(body, envelope, *signer->key);
      };
      if (trust_.root() != nullptr)
        TRY(add_legacy_proofs(exhibit.annotations, signature.signature, fits, *trust_.root(),
                              proof));
      if (!TRY(counts(exhibit, *signer, proof))) return {};
      return take_envelope(exhibit, envelope, std::move(proof));
    }
    ++found_.unknown[exhibit.target];
    return {};
  }

  // Whether the signature was made while its signer was valid; a proven time outside is an error.
  Result<bool> counts(const Exhibit& exhibit, const Signer& signer, const Proof& proof) {
    for (UnixTime time : proof.times)
      if (!signer.validity.contains(time))
        return fail(ErrorCode::unverified, fmt::format("the signature was made at {}, when {} was "
                                                       "not valid",
                                                       format_rfc3339(time), signer.str()));
    if (!proof.times.empty() || signer.validity.contains(trust_.now)) return true;
    pass_over(exhibit, signer);
    return false;
  }

  Result<> take_envelope(const Exhibit& exhibit, const signing::Envelope& envelope, Proof proof) {
    if (envelope.payload_type != signing::k_statement_payload_type)
      return fail(ErrorCode::unverified, fmt::format("its payload is of type '{}', not a statement",
                                                     printable(envelope.payload_type, 80)));
    signing::Statement statement = TRY(signing::parse_statement(envelope.payload));
    return add_statement(exhibit, sha256(envelope.payload), std::move(statement), std::move(proof));
  }

  Result<> add_statement(const Exhibit& exhibit, const Digest& payload,
                         signing::Statement statement, Proof proof) {
    if (!signing::is_about(statement, exhibit.target))
      return fail(ErrorCode::unverified,
                  fmt::format("the statement by {} is not about {}, but about {}", proof.signer,
                              exhibit.target.str(), subjects_of(statement)));
    if (statement.predicate_type == signing::k_image_signature_type) {
      found_.signatures.push_back({exhibit.target, std::move(proof)});
      return {};
    }
    for (SignedStatement& known : found_.statements)
      if (known.payload == payload) {
        known.proofs.push_back(std::move(proof));
        return {};
      }
    found_.statements.push_back(
        {exhibit.target, payload, std::move(statement), {std::move(proof)}});
    return {};
  }

  static std::string subjects_of(const signing::Statement& statement) {
    std::string text;
    for (const signing::StatementSubject& subject : statement.subjects)
      for (const auto& [algorithm, value] : subject.digests)
        text += fmt::format("{}{}:{}", text.empty() ? "" : ", ", algorithm, value);
    return printable(text);
  }

  Result<> simple(const Exhibit& exhibit) {
    auto annotation = exhibit.annotations.find(std::string(signing::k_signature_annotation));
    if (annotation == exhibit.annotations.end())
      return fail(ErrorCode::corrupt, "the layer has no signature in its annotations");
    std::string signature = TRY(from_base64(annotation->second));
    const Signer* signer = signer_of(exhibit.bytes, signature);
    if (signer == nullptr) {
      ++found_.unknown[exhibit.target];
      return {};
    }
    TRY(signing::verify_simple_signing(exhibit.bytes, signature, *signer->key, exhibit.target));
    Proof proof{signer->name, exhibit.form, exhibit.where};
    auto fits = [&](std::string_view body) -> Result<> {
      if (body == signing::hashedrekord_v1_body(sha256(exhibit.bytes), signature, *signer->key))
        return {};
      return fail(ErrorCode::unverified, "the log's entry is about another signature");
    };
    if (trust_.root() != nullptr)
      TRY(add_legacy_proofs(exhibit.annotations, signature, fits, *trust_.root(), proof));
    if (TRY(counts(exhibit, *signer, proof)))
      found_.signatures.push_back({exhibit.target, std::move(proof)});
    return {};
  }

  // A signature whose certificate leads to an authority that is trusted must be right; what leads
  // elsewhere is that of others.
  Result<> notary(const Exhibit& exhibit) {
    const oci::Descriptor* target = parts_.descriptor_of(exhibit.target);
    std::vector<Certificate> chain = TRY(signing::notary_chain(exhibit.bytes));
    for (const Signer& signer : trust_.signers) {
      if (signer.roots.empty() || target == nullptr) continue;
      if (!signing::leads_to(chain, signer.roots)) continue;
      if (!signer.subject.empty() && signer.subject != chain[0].subject()) continue;
      signing::NotarySignature verified =
          TRY(signing::verify_notary(exhibit.bytes, *target, signer.roots, trust_.now));
      // Its time is the signer's own word, and proves nothing.
      Proof proof{signer.name, exhibit.form,
                  fmt::format("{} by {}", exhibit.where, printable(verified.signer))};
      if (TRY(counts(exhibit, signer, proof)))
        found_.signatures.push_back({exhibit.target, std::move(proof)});
      return {};
    }
    ++found_.unknown[exhibit.target];
    return {};
  }

  const ImageParts& parts_;
  const Trust& trust_;
  Verdict& verdict_;
  Judgement found_;
};

}  // namespace

bool Judgement::has_signature(const Digest& target) const {
  return std::ranges::find(signatures, target, &ImageSignature::target) != signatures.end();
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

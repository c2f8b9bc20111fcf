// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.hpp"
#include "base/strings.hpp"
#include "evidence/signing/certificate_identity.hpp"
#include "evidence/signing/notary.hpp"
#include "evidence/signing/simple_signing.hpp"
#include "evidence/verification/judging.hpp"
#include "evidence/verification/legacy_proofs.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::verification {

namespace {

// The trusted signer that a bundle says made it.
const Signer* named_signer(const signing::Bundle& bundle, std::span<const Signer> signers) {
  for (const Signer& signer : signers)
    if (signer.key && !bundle.key_hint.empty() && bundle.key_hint == signing::key_hint(*signer.key))
      return &signer;
  return nullptr;
}

Proof proof_of(const Signer& signer, const Exhibit& exhibit, const signing::Bundle& bundle,
               const signing::VerifiedBundle& verified) {
  Proof proof{signer.name, exhibit.form, exhibit.where, verified.times};
  for (size_t i = 0; i < verified.entries.size(); ++i)
    proof.logs.push_back({verified.entries[i].log, verified.entries[i].index,
                          verified.entries[i].tree_size, bundle.entries[i].proof.checkpoint});
  return proof;
}

}  // namespace

Result<> Judge::bundle(const Exhibit& exhibit) {
  Result<signing::Bundle> parsed = signing::parse_bundle(exhibit.bytes);
  if (!parsed) return ignore(exhibit, parsed.error());
  const signing::Bundle& bundle = *parsed;
  const auto* envelope = std::get_if<signing::Envelope>(&bundle.content);
  if (envelope == nullptr)
    return ignore(
        exhibit,
        fail(ErrorCode::unsupported, "the bundle holds no statement but a bare signature").error());
  if (!bundle.certificate.empty()) return certified(exhibit, bundle, *envelope);
  const Signer* signer = signer_of(signing::pae(*envelope), signing::signature_of(bundle));
  if (signer == nullptr) {
    if (const Signer* named = named_signer(bundle, trust_.signers))
      return fail(ErrorCode::unverified,
                  fmt::format("the signature is not by {}, which it names", named->str()));
    add_unknown(exhibit);
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
  return add_envelope(exhibit, *envelope, proof_of(*signer, exhibit, bundle, *verified));
}

// A bundle whose certificate names one of the identities that are trusted.
Result<> Judge::certified(const Exhibit& exhibit, const signing::Bundle& bundle,
                          const signing::Envelope& envelope) {
  Result<Certificate> read = Certificate::from_der(bundle.certificate);
  if (!read) return ignore(exhibit, read.error());
  const Certificate& certificate = *read;
  signing::CertificateIdentity identity = signing::identity_of(certificate);
  auto signer = std::ranges::find_if(trust_.signers, [&](const Signer& each) {
    return !each.identity.empty() && identity.is(each.identity, each.issuer);
  });
  if (signer == trust_.signers.end()) {
    add_unknown(exhibit);
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
  return add_envelope(exhibit, envelope, std::move(proof));
}

Result<> Judge::envelope(const Exhibit& exhibit) {
  Result<signing::Envelope> parsed = signing::parse_envelope(exhibit.bytes);
  if (!parsed) return ignore(exhibit, parsed.error());
  const signing::Envelope& envelope = *parsed;
  std::string signed_text = signing::pae(envelope);
  for (const signing::EnvelopeSignature& signature : envelope.signatures) {
    const Signer* signer = signer_of(signed_text, signature.signature);
    if (signer == nullptr) continue;
    Proof proof{signer->name, exhibit.form, exhibit.where};
    auto fits = [&](std::string_view body) {
      return signing::check_dsse_v1_body(body, envelope, *signer->key);
    };
    if (trust_.root() != nullptr)
      TRY(add_legacy_proofs(exhibit.annotations, signature.signature, fits, *trust_.root(), proof));
    if (!TRY(counts(exhibit, *signer, proof))) return {};
    return add_envelope(exhibit, envelope, std::move(proof));
  }
  add_unknown(exhibit);
  return {};
}

Result<> Judge::simple(const Exhibit& exhibit) {
  auto annotation = exhibit.annotations.find(std::string(signing::k_signature_annotation));
  if (annotation == exhibit.annotations.end())
    return ignore(
        exhibit, fail(ErrorCode::corrupt, "the layer has no signature in its annotations").error());
  Result<std::string> decoded = from_base64(annotation->second);
  if (!decoded) return ignore(exhibit, decoded.error());
  const std::string& signature = *decoded;
  const Signer* signer = signer_of(exhibit.bytes, signature);
  if (signer == nullptr) {
    add_unknown(exhibit);
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
  if (TRY(counts(exhibit, *signer, proof))) add_signature(exhibit, std::move(proof));
  return {};
}

// A signature whose certificate leads to an authority that is trusted must be right; what leads
// elsewhere is that of others.
Result<> Judge::notary(const Exhibit& exhibit) {
  const oci::Descriptor* target = parts_.descriptor_of(exhibit.target);
  Result<std::vector<Certificate>> read = signing::notary_chain(exhibit.bytes);
  if (!read) return ignore(exhibit, read.error());
  const std::vector<Certificate>& chain = *read;
  for (const Signer& signer : trust_.signers) {
    if (signer.roots.empty() || target == nullptr) continue;
    if (!signing::leads_to(chain, signer.roots)) continue;
    if (!signer.subject.empty() && signer.subject != chain[0].subject()) continue;
    signing::NotarySignature verified =
        TRY(signing::verify_notary(exhibit.bytes, *target, signer.roots, trust_.now));
    // Its time is the signer's own word, and proves nothing.
    Proof proof{signer.name, exhibit.form,
                fmt::format("{} by {}", exhibit.where, printable(verified.signer))};
    if (TRY(counts(exhibit, signer, proof))) add_signature(exhibit, std::move(proof));
    return {};
  }
  add_unknown(exhibit);
  return {};
}

}  // namespace kiln::verification

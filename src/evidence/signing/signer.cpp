// SPDX-License-Identifier: Apache-2.0
#include "evidence/signing/signer.hpp"

#include "base/threads.hpp"
#include "evidence/signing/objects.hpp"

#include <algorithm>

namespace kiln::signing {

namespace {

class Wanted {
 public:
  explicit Wanted(std::span<const Form> forms) : forms_(forms) {}
  bool operator()(Form form) const { return std::ranges::find(forms_, form) != forms_.end(); }
  BatchNeeds needs() const {
    return {.documents = simple().has_value(),
            .rekor_signatures = (*this)(Form::rekor_v1_bundle),
            .rekor_statements = (*this)(Form::attestation_tag)};
  }
  bool rekor_bundle(const BatchEnvelope& envelope) const {
    return (*this)(Form::rekor_v1_bundle) && envelope.rekor_entry && envelope.is_signature;
  }
  std::optional<ObjectWriter::Simple> simple() const {
    bool tag = (*this)(Form::simple_tag);
    if ((*this)(Form::simple_referrer))
      return tag ? ObjectWriter::Simple::both : ObjectWriter::Simple::referrer;
    return tag ? std::optional(ObjectWriter::Simple::tag) : std::nullopt;
  }

 private:
  std::span<const Form> forms_;
};

// What is written of one envelope.
struct Written {
  const BatchEnvelope* envelope = nullptr;
  ObjectWriter::Bytes bundle{};
  ObjectWriter::Bytes rekor_bundle{};
};

// The bundles of all envelopes, on all processors: the larger part is base64 and hashing.
Result<std::vector<Written>> write_bundles(const Batch& batch, const Wanted& wanted,
                                           const ObjectWriter& writer) {
  std::vector<Written> all(batch.envelopes.size());
  auto write = [&](size_t i) -> Result<> {
    const BatchEnvelope& envelope = batch.envelopes[i];
    all[i].envelope = &envelope;
    if (wanted(Form::bundle)) all[i].bundle = writer.bundle_bytes(envelope, envelope.entry);
    if (wanted.rekor_bundle(envelope))
      all[i].rekor_bundle = writer.bundle_bytes(envelope, envelope.rekor_entry);
    return {};
  };
  TRY(parallel_for(all.size(), default_threads(), write));
  return all;
}

// The manifest's own signature comes first: clients that look for it read referrers in order.
Result<> write_manifest(const Signed& manifest, std::span<Written> written,
                        const BatchDocument* document, const Wanted& wanted, ObjectWriter& writer) {
  if (wanted(Form::bundle))
    for (Written& each : written)
      writer.bundle(Form::bundle, manifest, *each.envelope, std::move(each.bundle));
  if (!manifest.sign_itself) return {};
  if (Written& own = written.front(); wanted.rekor_bundle(*own.envelope))
    writer.bundle(Form::rekor_v1_bundle, manifest, *own.envelope, std::move(own.rekor_bundle));
  if (std::optional<ObjectWriter::Simple> as = wanted.simple())
    writer.simple(manifest, *document, *as);
  std::vector<const BatchEnvelope*> statements;
  for (const Written& each : written.subspan(1)) statements.push_back(each.envelope);
  if (!statements.empty() && (wanted(Form::attestation_tag) || !manifest.unsigned_types.empty()))
    writer.attestations(manifest, statements, wanted(Form::attestation_tag));
  if (wanted(Form::notary) && writer.context.notary != nullptr) TRY(writer.notary(manifest));
  return {};
}

}  // namespace

Result<SignedObjects> sign_image(std::vector<Signed> manifests, const SigningContext& context,
                                 std::span<const Form> forms) {
  Wanted wanted(forms);
  Batch batch = TRY(sign_batch(manifests, context, wanted.needs()));
  TRY(prove_batch(batch, context));

  SignedObjects made;
  ObjectWriter writer{made, context};
  std::vector<Written> written = TRY(write_bundles(batch, wanted, writer));
  std::span<Written> left = written;
  for (size_t i = 0; i < manifests.size(); ++i) {
    auto end = std::ranges::find_if(
        left, [&](const Written& each) { return each.envelope->manifest != i; });
    std::span<Written> own = left.first(static_cast<size_t>(end - left.begin()));
    left = left.subspan(own.size());
    auto document = std::ranges::find(batch.documents, i, &BatchDocument::manifest);
    TRY(write_manifest(manifests[i], own, document == batch.documents.end() ? nullptr : &*document,
                       wanted, writer));
  }
  for (const BatchEnvelope& envelope : batch.envelopes)
    if (envelope.entry) made.log_indexes.push_back(envelope.entry->log_index);
  return made;
}

void add_to(oci::Content& content, SignedObjects made) {
  content.add_all(std::move(made.content));
  for (const SignedObject& object : made.objects) content.list(object.descriptor, object.tag);
}

}  // namespace kiln::signing

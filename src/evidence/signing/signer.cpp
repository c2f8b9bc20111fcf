// SPDX-License-Identifier: Apache-2.0
#include "evidence/signing/signer.hpp"

#include "evidence/signing/objects.hpp"

#include <algorithm>

namespace kiln::signing {

namespace {

class Wanted {
 public:
  explicit Wanted(std::span<const Form> forms) : forms_(forms) {}
  bool operator()(Form form) const { return std::ranges::find(forms_, form) != forms_.end(); }
  bool documents() const { return simple().has_value(); }
  std::optional<ObjectWriter::Simple> simple() const {
    bool tag = (*this)(Form::simple_tag);
    if ((*this)(Form::simple_referrer))
      return tag ? ObjectWriter::Simple::both : ObjectWriter::Simple::referrer;
    return tag ? std::optional(ObjectWriter::Simple::tag) : std::nullopt;
  }

 private:
  std::span<const Form> forms_;
};

void write_bundles(const Signed& manifest, std::span<const BatchEnvelope* const> envelopes,
                   ObjectWriter& writer) {
  for (const BatchEnvelope* envelope : envelopes)
    writer.bundle(Form::bundle, manifest, *envelope, envelope->entry);
}

// The manifest's own signature comes first: clients that look for it read referrers in order.
Result<> write_manifest(const Signed& manifest, std::span<const BatchEnvelope* const> envelopes,
                        const BatchDocument* document, const Wanted& wanted, ObjectWriter& writer) {
  if (wanted(Form::bundle)) write_bundles(manifest, envelopes, writer);
  if (!manifest.sign_itself || manifest.bundle_only) return {};
  if (const BatchEnvelope& own = *envelopes[0]; wanted(Form::rekor_v1_bundle) && own.rekor_entry)
    writer.bundle(Form::rekor_v1_bundle, manifest, own, own.rekor_entry);
  if (std::optional<ObjectWriter::Simple> as = wanted.simple())
    writer.simple(manifest, *document, *as);
  if (wanted(Form::attestation_tag) && envelopes.size() > 1)
    writer.attestation_tag(manifest, envelopes.subspan(1));
  if (wanted(Form::notary) && writer.context.notary != nullptr) TRY(writer.notary(manifest));
  return {};
}

}  // namespace

Result<SignedObjects> sign_image(std::span<const Signed> manifests, const SigningContext& context,
                                 std::span<const Form> forms) {
  Wanted wanted(forms);
  Batch batch = TRY(sign_batch(manifests, context, wanted.documents()));
  TRY_CONTEXT(log_batch(batch, context), "writing into the transparency log");
  stamp_batch(batch, context);

  SignedObjects made;
  ObjectWriter writer{made, context};
  for (size_t i = 0; i < manifests.size(); ++i) {
    std::vector<const BatchEnvelope*> envelopes;
    for (const BatchEnvelope& envelope : batch.envelopes)
      if (envelope.manifest == i) envelopes.push_back(&envelope);
    auto document = std::ranges::find(batch.documents, i, &BatchDocument::manifest);
    TRY(write_manifest(manifests[i], envelopes,
                       document == batch.documents.end() ? nullptr : &*document, wanted, writer));
  }
  for (const BatchEnvelope& envelope : batch.envelopes)
    if (envelope.entry) made.log_indexes.push_back(envelope.entry->log_index);
  return made;
}

void add_to(oci::Content& content, const SignedObjects& made) {
  for (const auto& [digest, blob] : made.content.blobs()) content.add_blob(digest, blob);
  for (const SignedObject& object : made.objects) content.list(object.descriptor, object.tag);
}

}  // namespace kiln::signing

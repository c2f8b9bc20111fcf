// SPDX-License-Identifier: Apache-2.0
#include "evidence/signing/objects.hpp"

#include "base/bytes.hpp"
#include "evidence/signing/notary.hpp"
#include "evidence/signing/simple_signing.hpp"
#include "oci/media_types.hpp"

#include <fmt/format.h>

namespace kiln::signing {

namespace {

constexpr std::string_view k_simple_artifact_type =
    "application/vnd.dev.cosign.artifact.sig.v1+json";
constexpr std::string_view k_envelope_type = "application/vnd.dsse.envelope.v1+json";

oci::Descriptor subject(const oci::Descriptor& described) {
  oci::Descriptor plain;
  plain.media_type = described.media_type;
  plain.digest = described.digest;
  plain.size = described.size;
  return plain;
}

// "sha256-<hex>.sig"
std::string tag_for(const Digest& digest, std::string_view suffix) {
  return fmt::format("sha256-{}.{}", digest.hex(), suffix);
}

// The log's promise as the legacy forms carry it.
std::string promise_annotation(const LogEntry& entry) {
  return canonical(
      Json::object({{"SignedEntryTimestamp", to_base64(entry.promise)},
                    {"Payload", Json::object({{"body", to_base64(entry.body)},
                                              {"integratedTime", entry.integrated_time},
                                              {"logIndex", entry.log_index},
                                              {"logID", to_hex(entry.log_id)}})}}));
}

void annotate_proofs(oci::Annotations& annotations, const std::optional<LogEntry>& entry,
                     const std::string& timestamp) {
  if (entry) annotations.emplace(k_log_annotation, promise_annotation(*entry));
  if (!timestamp.empty())
    annotations.emplace(
        k_timestamp_annotation,
        canonical(Json::object({{"SignedRFC3161Timestamp", to_base64(timestamp)}})));
}

}  // namespace

// Of nothing, at no time.
std::string layers_config_text(std::span<const oci::Descriptor> layers) {
  constexpr std::string_view k_no_time = "0001-01-01T00:00:00Z";
  Json digests = Json::array();
  Json history = Json::array();
  for (const oci::Descriptor& layer : layers) {
    digests.push_back(layer.digest.str());
    history.push_back(Json::object({{"created", k_no_time}}));
  }
  return canonical(Json::object(
      {{"architecture", ""},
       {"created", k_no_time},
       {"history", std::move(history)},
       {"os", ""},
       {"rootfs", Json::object({{"type", "layers"}, {"diff_ids", std::move(digests)}})},
       {"config", Json::object()}}));
}

void ObjectWriter::add(SignedObject object, const oci::Manifest& manifest) {
  object.descriptor = out.content.add(oci::k_manifest_type, oci::encode(manifest));
  object.descriptor.artifact_type = manifest.artifact_type;
  if (manifest.artifact_type.empty() && manifest.subject)  // as registries list referrers
    object.descriptor.artifact_type = manifest.config.media_type;
  object.descriptor.annotations = manifest.annotations;
  out.objects.push_back(std::move(object));
}

ObjectWriter::Bytes ObjectWriter::bundle_bytes(const BatchEnvelope& envelope,
                                               const std::optional<LogEntry>& entry) const {
  Bundle bundle;
  bundle.key_hint = key_hint(context.key.public_key());
  if (entry) bundle.entries.push_back(*entry);
  if (!envelope.timestamp.empty()) bundle.timestamps.push_back(envelope.timestamp);
  std::string text = encode(bundle, envelope.envelope);
  return {oci::describe(k_bundle_type, text), std::move(text)};
}

void ObjectWriter::bundle(Form form, const Signed& manifest, const BatchEnvelope& envelope,
                          Bytes bytes) {
  oci::Manifest made;
  made.artifact_type = k_bundle_type;
  made.config = oci::empty_descriptor();
  made.config.data.clear();
  out.content.add(oci::k_empty_type, "{}");
  uint64_t size = bytes.text.size();
  out.content.add_blob(bytes.descriptor.digest,
                       {.size = size, .bytes = std::move(bytes.text), .file = {}});
  made.layers = {std::move(bytes.descriptor)};
  made.subject = subject(manifest.descriptor);
  made.annotations = {{"dev.sigstore.bundle.content", "dsse-envelope"},
                      {"dev.sigstore.bundle.predicateType", envelope.predicate_type},
                      {"in-toto.io/predicate-type", envelope.predicate_type},
                      {std::string(oci::k_created), format_rfc3339(context.clock.now())}};
  if (envelope.is_signature)
    made.annotations.insert(manifest.annotations.begin(), manifest.annotations.end());
  add({form, manifest.descriptor.digest, envelope.predicate_type, "", {}}, made);
}

oci::Descriptor ObjectWriter::simple_layer(const BatchDocument& document) {
  oci::Descriptor layer = out.content.add(k_simple_signing_type, document.payload);
  layer.annotations.emplace(k_signature_annotation, to_base64(document.signature));
  annotate_proofs(layer.annotations, document.rekor_entry, document.timestamp);
  return layer;
}

oci::Descriptor ObjectWriter::layers_config(std::string_view media_type,
                                            std::span<const oci::Descriptor> layers) {
  return out.content.add(media_type, layers_config_text(layers));
}

// Who reads the tag looks at the layers alone: subject and type of a referrer do not disturb there.
void ObjectWriter::simple(const Signed& manifest, const BatchDocument& document, Simple as) {
  bool is_referrer = as != Simple::tag;
  oci::Manifest made;
  made.layers = {simple_layer(document)};
  made.config =
      layers_config(is_referrer ? k_simple_artifact_type : oci::k_config_type, made.layers);
  if (is_referrer) made.subject = subject(manifest.descriptor);
  made.annotations = manifest.annotations;
  const Digest& digest = manifest.descriptor.digest;
  bool is_tagged = as != Simple::referrer;
  add({is_tagged ? Form::simple_tag : Form::simple_referrer,
       digest,
       "",
       is_tagged ? tag_for(digest, "sig") : "",
       {}},
      made);
}

oci::Descriptor ObjectWriter::envelope_layer(const BatchEnvelope& envelope) {
  oci::Descriptor layer = out.content.add(k_envelope_type, encode(envelope.envelope));
  layer.annotations.emplace(k_signature_annotation, "");
  layer.annotations.emplace("predicateType", envelope.predicate_type);
  annotate_proofs(layer.annotations, envelope.rekor_entry, envelope.timestamp);
  return layer;
}

oci::Descriptor ObjectWriter::unsigned_layer(const BatchEnvelope& envelope) {
  oci::Descriptor layer = out.content.add(k_statement_payload_type, envelope.envelope.payload);
  layer.annotations.emplace("in-toto.io/predicate-type", envelope.predicate_type);
  return layer;
}

oci::Descriptor ObjectWriter::empty_config() {
  oci::Descriptor config = oci::empty_descriptor();
  out.content.add(oci::k_empty_type, config.data);
  return config;
}

void ObjectWriter::attestations(const Signed& manifest,
                                std::span<const BatchEnvelope* const> statements, bool tagged) {
  oci::Manifest made;
  if (tagged)
    for (const BatchEnvelope* each : statements) made.layers.push_back(envelope_layer(*each));
  for (const std::string& type : manifest.unsigned_types)
    for (const BatchEnvelope* each : statements)
      if (each->predicate_type == type) made.layers.push_back(unsigned_layer(*each));
  made.config = tagged ? layers_config(oci::k_config_type, made.layers) : empty_config();
  if (!manifest.unsigned_types.empty()) {
    made.artifact_type = oci::k_attestation_manifest_type;
    made.subject = subject(manifest.descriptor);
  }
  made.annotations = manifest.annotations;
  const Digest& digest = manifest.descriptor.digest;
  add({tagged ? Form::attestation_tag : Form::buildkit_attestations,
       digest,
       "",
       tagged ? tag_for(digest, "att") : "",
       {}},
      made);
}

Result<> ObjectWriter::notary(const Signed& manifest) {
  UnixTime now = context.clock.now();
  std::string jws =
      TRY(sign_notary(manifest.descriptor, context.notary->key, context.notary->chain, now));
  oci::Manifest made;
  made.artifact_type = k_notary_type;
  made.config = oci::empty_descriptor();
  made.config.data.clear();
  out.content.add(oci::k_empty_type, "{}");
  made.layers = {out.content.add(k_jws_type, std::move(jws))};
  made.subject = subject(manifest.descriptor);
  made.annotations = manifest.annotations;
  made.annotations.insert(
      {{"io.cncf.notary.x509chain.thumbprint#S256", thumbprints(context.notary->chain)},
       {std::string(oci::k_created), format_rfc3339(now)}});
  add({Form::notary, manifest.descriptor.digest, "", "", {}}, made);
  return {};
}

}  // namespace kiln::signing

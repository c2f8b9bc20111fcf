// SPDX-License-Identifier: Apache-2.0
//
// The OCI objects that a batch of signatures is written as, one function a form. The shapes are
// those of docs/formats/evidence.md.
#pragma once
#include "evidence/signing/batch.hpp"

namespace kiln::signing {

// The config that cosign gives to images whose layers are signatures.
std::string layers_config_text(std::span<const oci::Descriptor> layers);

struct ObjectWriter {
  SignedObjects& out;
  const SigningContext& context;

  // A bundle as a referrer, with the entry of one log; its bytes, which several threads may make at
  // the same time, and the object that holds them.
  struct Bytes {
    oci::Descriptor descriptor;
    std::string text;
  };
  Bytes bundle_bytes(const BatchEnvelope& envelope, const std::optional<LogEntry>& entry) const;
  void bundle(Form form, const Signed& manifest, const BatchEnvelope& envelope, Bytes bytes);
  // Simple signing as a referrer, under cosign's tag, or as one manifest that is both.
  enum class Simple { referrer, tag, both };
  void simple(const Signed& manifest, const BatchDocument& document, Simple as);
  // All statements: envelopes under cosign's tag, and unsigned ones as BuildKit has them, in one
  // manifest. Each reader passes over what is for the other.
  void attestations(const Signed& manifest, std::span<const BatchEnvelope* const> statements,
                    bool tagged);
  Result<> notary(const Signed& manifest);

 private:
  oci::Descriptor simple_layer(const BatchDocument& document);
  oci::Descriptor envelope_layer(const BatchEnvelope& envelope);
  oci::Descriptor unsigned_layer(const BatchEnvelope& envelope);
  oci::Descriptor empty_config();
  oci::Descriptor layers_config(std::string_view media_type,
                                std::span<const oci::Descriptor> layers);
  void add(SignedObject object, const oci::Manifest& manifest);
};

}  // namespace kiln::signing

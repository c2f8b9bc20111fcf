// SPDX-License-Identifier: Apache-2.0
//
// The OCI objects that a batch of signatures is written as, one function a form. The shapes are
// those of docs/formats/evidence.md.
#pragma once
#include "evidence/signing/batch.hpp"

namespace kiln::signing {

struct ObjectWriter {
  SignedObjects& out;
  const SigningContext& context;

  // A bundle as a referrer, with the entry of one log.
  void bundle(Form form, const Signed& manifest, const BatchEnvelope& envelope,
              const std::optional<LogEntry>& entry);
  // Simple signing as a referrer, under cosign's tag, or as one manifest that is both.
  enum class Simple { referrer, tag, both };
  void simple(const Signed& manifest, const BatchDocument& document, Simple as);
  void attestation_tag(const Signed& manifest, std::span<const BatchEnvelope* const> envelopes);
  Result<> notary(const Signed& manifest);

 private:
  oci::Descriptor simple_layer(const BatchDocument& document);
  oci::Descriptor layers_config(std::string_view media_type,
                                std::span<const oci::Descriptor> layers);
  void add(SignedObject object, const oci::Manifest& manifest);
};

}  // namespace kiln::signing

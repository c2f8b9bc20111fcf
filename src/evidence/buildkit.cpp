// SPDX-License-Identifier: Apache-2.0
#include "evidence/buildkit.hpp"

#include "oci/media_types.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace kiln::evidence {

namespace {

constexpr std::string_view k_artifact_type = "application/vnd.docker.attestation.manifest.v1+json";
constexpr std::string_view k_statement_type = "application/vnd.in-toto+json";
// What BuildKit itself makes, and what its clients look for.
constexpr std::array<std::string_view, 2> k_kinds = {"spdx-2.3", "provenance"};

oci::Descriptor plain(const Subject& subject, std::string_view media_type) {
  oci::Descriptor descriptor;
  descriptor.media_type = media_type;
  descriptor.digest = subject.digest;
  descriptor.size = subject.size;
  return descriptor;
}

// Writes a manifest or index and lists it as what it is about another.
oci::Descriptor add(AttestedIndex& made, const std::string& image, std::string_view media_type,
                    std::string bytes, std::string_view artifact_type, const Digest& about) {
  oci::Descriptor descriptor = made.content.add(media_type, std::move(bytes));
  made.about.emplace(descriptor.digest, about);
  made.manifests.push_back({descriptor, image, {}, true, artifact_type == k_artifact_type});
  oci::Descriptor listed = descriptor;
  listed.artifact_type = artifact_type;
  made.content.list(std::move(listed));
  return descriptor;
}

oci::Descriptor attestation_manifest(const BuildRecord& record, const PlatformRecord& platform,
                                     std::span<const Claim> claims, AttestedIndex& made) {
  oci::Manifest manifest;
  manifest.artifact_type = k_artifact_type;
  manifest.config = oci::empty_descriptor();
  made.content.add(oci::k_empty_type, manifest.config.data);
  manifest.subject = plain(platform.manifest, oci::k_manifest_type);
  for (std::string_view kind : k_kinds)
    for (const Claim& claim : claims) {
      if (claim.kind->name != kind || claim.target != platform.manifest) continue;
      oci::Descriptor layer = made.content.add(k_statement_type, claim.statement().payload);
      layer.annotations.emplace("in-toto.io/predicate-type", claim.kind->predicate_type);
      manifest.layers.push_back(std::move(layer));
    }
  return add(made, record.image, oci::k_manifest_type, oci::encode(manifest), k_artifact_type,
             platform.manifest.digest);
}

}  // namespace

Result<> check_index(const BuildRecord& record, std::string_view bytes) {
  Result<oci::Index> index = oci::parse_index(bytes);
  bool fits = index && sha256(bytes) == record.index.digest && bytes.size() == record.index.size &&
              std::ranges::equal(index->manifests, record.platforms, {}, &oci::Descriptor::digest,
                                 [](const PlatformRecord& each) { return each.manifest.digest; });
  if (!fits)
    return fail(ErrorCode::unverified, "the index beside the build record is not the one it names");
  return {};
}

Result<AttestedIndex> attested_index(const BuildRecord& record, std::string_view index,
                                     std::span<const Claim> claims) {
  oci::Index attested = TRY(oci::parse_index(index));
  attested.subject = plain(record.index, oci::k_index_type);
  AttestedIndex made;
  for (const PlatformRecord& platform : record.platforms) {
    oci::Descriptor entry = attestation_manifest(record, platform, claims, made);
    entry.platform = model::Platform{"unknown", "unknown", ""};
    entry.annotations = {{"vnd.docker.reference.type", "attestation-manifest"},
                         {"vnd.docker.reference.digest", platform.manifest.digest.str()}};
    attested.manifests.push_back(std::move(entry));
  }
  add(made, record.image, oci::k_index_type, oci::encode(attested), "", record.index.digest);
  return made;
}

}  // namespace kiln::evidence

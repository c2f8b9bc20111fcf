// SPDX-License-Identifier: Apache-2.0
#include "oci/artifact.hpp"

#include "oci/media_types.hpp"

#include <algorithm>

namespace kiln::oci {

namespace {

// A subject is a weak link: what it is and where, without what an index says about it.
Descriptor plain(const Descriptor& descriptor) {
  Descriptor subject;
  subject.media_type = descriptor.media_type;
  subject.digest = descriptor.digest;
  subject.size = descriptor.size;
  return subject;
}

}  // namespace

Descriptor attach(Content& content, const Descriptor& subject, std::string_view artifact_type,
                  std::string_view media_type, std::string document,
                  const Annotations& annotations) {
  Manifest manifest;
  manifest.artifact_type = artifact_type;
  manifest.config = empty_descriptor();
  manifest.subject = plain(subject);
  manifest.annotations = annotations;
  content.add(k_empty_type, manifest.config.data);
  manifest.layers.push_back(content.add(media_type, std::move(document)));
  Descriptor descriptor = content.add(k_manifest_type, encode(manifest));
  descriptor.artifact_type = artifact_type;
  descriptor.annotations = annotations;
  content.list(descriptor);
  return descriptor;
}

bool is_evidence_tag(std::string_view tag) {
  constexpr std::string_view k_prefix = "sha256-";
  constexpr size_t k_digits = 64;
  if (!tag.starts_with(k_prefix)) return false;
  tag.remove_prefix(k_prefix.size());
  std::string_view suffix = tag.substr(std::min(k_digits, tag.size()));
  return Digest::from_hex(tag.substr(0, k_digits)).has_value() &&
         (suffix.empty() || suffix == ".sig" || suffix == ".att" || suffix == ".sbom");
}

Result<std::vector<Artifact>> find_artifacts(const ImageReader& reader, const Digest& subject,
                                             std::string_view artifact_type) {
  std::vector<Artifact> artifacts;
  // Damage may have hit what is wanted; what is gone may have been left behind on purpose.
  for (Error& error : TRY(reader.broken_entries()))
    if (error.code != ErrorCode::not_found) return std::unexpected(std::move(error));
  for (const Descriptor& entry : TRY(reader.referrers(subject))) {
    if (!is_manifest_type(entry.media_type) || entry.artifact_type != artifact_type) continue;
    std::string bytes = TRY(reader.bytes(entry));
    Manifest manifest = TRY(parse_manifest(bytes));
    if (manifest.subject && manifest.subject->digest == subject)
      artifacts.push_back({entry, std::move(manifest)});
  }
  return artifacts;
}

}  // namespace kiln::oci

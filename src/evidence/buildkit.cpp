// SPDX-License-Identifier: Apache-2.0
#include "evidence/buildkit.hpp"

#include "evidence/statements.hpp"
#include "oci/media_types.hpp"

#include <algorithm>

namespace kiln::evidence {

std::vector<std::string> buildkit_types() {
  std::vector<std::string> types;
  for (std::string_view name : {"spdx-2.3", "provenance"})
    types.push_back(find_statement_kind(name)->predicate_type);
  return types;
}

Result<> check_index(const BuildRecord& record, std::string_view bytes) {
  Result<oci::Index> index = oci::parse_index(bytes);
  bool fits = index && sha256(bytes) == record.index.digest && bytes.size() == record.index.size &&
              std::ranges::equal(index->manifests, record.platforms, {}, &oci::Descriptor::digest,
                                 [](const PlatformRecord& each) { return each.manifest.digest; });
  if (!fits)
    return fail(ErrorCode::unverified, "the index beside the build record is not the one it names");
  return {};
}

Result<std::string> attested_index(const BuildRecord& record, std::string_view index,
                                   const signing::SignedObjects& made) {
  oci::Index attested = TRY(oci::parse_index(index));
  attested.subject.emplace();
  attested.subject->media_type = oci::k_index_type;
  attested.subject->digest = record.index.digest;
  attested.subject->size = record.index.size;
  for (const PlatformRecord& platform : record.platforms)
    for (const signing::SignedObject& object : made.objects) {
      if (object.subject != platform.manifest.digest ||
          object.descriptor.artifact_type != oci::k_attestation_manifest_type)
        continue;
      oci::Descriptor entry = object.descriptor;
      entry.artifact_type.clear();
      entry.platform = model::Platform{"unknown", "unknown", ""};
      entry.annotations = {{"vnd.docker.reference.type", "attestation-manifest"},
                           {"vnd.docker.reference.digest", platform.manifest.digest.str()}};
      attested.manifests.push_back(std::move(entry));
    }
  return oci::encode(attested);
}

}  // namespace kiln::evidence

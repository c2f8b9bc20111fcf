// SPDX-License-Identifier: Apache-2.0
#include "evidence/sign_build.hpp"

#include "evidence/buildkit.hpp"
#include "evidence/release.hpp"
#include "evidence/statements.hpp"
#include "oci/media_types.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace kiln::evidence {

namespace {

oci::Descriptor descriptor_of(const Subject& subject, std::string_view media_type) {
  oci::Descriptor descriptor;
  descriptor.media_type = media_type;
  descriptor.digest = subject.digest;
  descriptor.size = subject.size;
  return descriptor;
}

// The index and each manifest, with what is said of it.
std::vector<signing::Signed> to_sign(const BuildRecord& record, const std::vector<Claim>& claims) {
  std::vector<signing::Signed> manifests;
  manifests.push_back({descriptor_of(record.index, oci::k_index_type), record.image, {}});
  for (const PlatformRecord& platform : record.platforms)
    manifests.push_back({descriptor_of(platform.manifest, oci::k_manifest_type), record.image, {}});
  for (const Claim& claim : claims) {
    auto found = std::ranges::find(manifests, claim.target.digest, [](const signing::Signed& each) {
      return each.descriptor.digest;
    });
    found->statements.push_back(claim.statement());
  }
  return manifests;
}

// The index with attestations for BuildKit, when it is asked for and the index is there.
Result<AttestedIndex> make_attested_index(const Request& request,
                                          const std::vector<Claim>& claims) {
  bool wanted =
      std::ranges::find(request.forms, signing::Form::buildkit_attestations) != request.forms.end();
  if (!wanted || !request.documents.contains(request.record.index.digest)) return AttestedIndex{};
  return attested_index(request.record, request.documents.at(request.record.index.digest), claims);
}

// What is about an attestation manifest or the attested index counts for what these are about.
std::map<std::string, uint64_t> count_objects(const BuildRecord& record,
                                              const signing::SignedObjects& made,
                                              const AttestedIndex& attested) {
  std::map<Digest, uint64_t> about;
  for (const auto& [manifest, subject] : attested.about) ++about[subject];
  for (const signing::SignedObject& object : made.objects) {
    auto inner = attested.about.find(object.subject);
    ++about[inner == attested.about.end() ? object.subject : inner->second];
  }
  std::map<std::string, uint64_t> objects = {{"image", about[record.index.digest]}};
  for (const PlatformRecord& platform : record.platforms)
    objects[platform.platform.str()] = about[platform.manifest.digest];
  return objects;
}

void add_attested_index(oci::Content& content, const AttestedIndex& attested) {
  for (const auto& [digest, blob] : attested.content.blobs()) content.add_blob(digest, blob);
  for (const oci::Descriptor& entry : attested.content.index().manifests) content.list(entry);
}

// Right behind the signatures: the caller holds the log.
Result<uint64_t> log_releases(const Request& request, const signing::SignedObjects& made,
                              const signing::SigningContext& context) {
  std::vector<std::string> entries;
  for (const tlog::ImageRelease& release :
       releases_of(request.record, request.documents, made, context.clock.now()))
    entries.push_back(tlog::write_event(release));
  TRY_CONTEXT(context.log->append(entries), "logging the release");
  return entries.size();
}

}  // namespace

Result<Evidence> sign_build(const Request& request, const signing::SigningContext& context,
                            const Builder& builder) {
  const BuildRecord& record = request.record;
  std::vector<Claim> claims =
      TRY(make_claims(record, request.documents, builder, context.clock.now()));
  AttestedIndex attested = TRY(make_attested_index(request, claims));
  std::vector<signing::Signed> manifests = to_sign(record, claims);
  manifests.insert(manifests.end(), attested.manifests.begin(), attested.manifests.end());
  signing::SignedObjects made = TRY(signing::sign_image(manifests, context, request.forms));

  Evidence evidence;
  signing::add_to(evidence.content, made);
  add_attested_index(evidence.content, attested);
  evidence.statements = {"signature"};
  for (const Claim& claim : claims) {
    std::string name(claim.kind->name);
    if (evidence.statements.back() != name) evidence.statements.push_back(std::move(name));
  }
  evidence.builder = builder.id;
  const PublicKey& key = context.key.public_key();
  evidence.key = fmt::format("{} {}", str(key.algorithm()), key.digest().str());
  evidence.objects = count_objects(record, made, attested);
  if (context.log != nullptr && !made.log_indexes.empty()) {
    evidence.log = context.log->settings().origin;
    evidence.first_entry = std::ranges::min(made.log_indexes);
    evidence.entries = made.log_indexes.size() + TRY(log_releases(request, made, context));
  }
  return evidence;
}

}  // namespace kiln::evidence

// SPDX-License-Identifier: Apache-2.0
#include "evidence/sign_build.hpp"

#include "evidence/buildkit.hpp"
#include "evidence/release.hpp"
#include "evidence/statements.hpp"
#include "oci/media_types.hpp"
#include "oci/replaceable.hpp"

#include <algorithm>
#include <iterator>
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

// The bytes of the index, when one with attestations for BuildKit is to be made of it.
const std::string* index_to_attest(const Request& request) {
  auto index = request.documents.find(request.record.index.digest);
  bool wanted =
      std::ranges::find(request.forms, signing::Form::buildkit_attestations) != request.forms.end();
  return wanted && index != request.documents.end() ? &index->second : nullptr;
}

// The index and each manifest, with what is said of it.
std::vector<signing::Signed> to_sign(const BuildRecord& record, std::vector<Claim> claims,
                                     bool attest, const PublicKey& key) {
  std::vector<signing::Signed> manifests;
  manifests.push_back({descriptor_of(record.index, oci::k_index_type), record.image, {}});
  if (attest) manifests.back().annotations = {{oci::k_replaceable, key.digest().str()}};
  for (const PlatformRecord& platform : record.platforms) {
    manifests.push_back({descriptor_of(platform.manifest, oci::k_manifest_type), record.image, {}});
    if (attest) manifests.back().unsigned_types = buildkit_types();
  }
  for (Claim& claim : claims) {
    auto found = std::ranges::find(manifests, claim.target.digest, [](const signing::Signed& each) {
      return each.descriptor.digest;
    });
    found->statements.push_back(std::move(claim.statement));
  }
  return manifests;
}

// Adds the index with the attestation manifests that were made, and what signs it.
Result<> add_attested_index(const Request& request, const std::string& index,
                            const signing::SigningContext& context, signing::SignedObjects& made) {
  std::string text = TRY(attested_index(request.record, index, made));
  oci::Descriptor descriptor = made.content.add(oci::k_index_type, std::move(text));
  signing::SignedObjects more = TRY(signing::sign_image(
      {{.descriptor = descriptor,
        .reference = request.record.image,
        .annotations = {{oci::k_replacement, context.key.public_key().digest().str()}}}},
      context, request.forms));
  made.content.add_all(std::move(more.content));
  made.objects.push_back({.form = signing::Form::buildkit_attestations,
                          .subject = request.record.index.digest,
                          .descriptor = std::move(descriptor)});
  std::ranges::move(more.objects, std::back_inserter(made.objects));
  std::ranges::move(more.log_indexes, std::back_inserter(made.log_indexes));
  return {};
}

// A registry gets the signatures of the index that tags name there, which is one of two; statements
// about the first one it gets in any case.
uint64_t count_about_image(const Digest& index, const signing::SignedObjects& made) {
  std::optional<Digest> attested;
  for (const signing::SignedObject& object : made.objects)
    if (oci::is_index_type(object.descriptor.media_type)) attested = object.descriptor.digest;
  uint64_t statements = 0;
  uint64_t plain = 0;
  uint64_t with_attestations = 0;
  for (const signing::SignedObject& object : made.objects) {
    bool replaceable = object.descriptor.annotations.contains(oci::k_replaceable);
    if (object.descriptor.digest == attested || object.subject == attested)
      ++with_attestations;
    else if (object.subject == index)
      ++(attested && replaceable ? plain : statements);
  }
  return statements + std::max(plain, with_attestations);
}

std::map<std::string, uint64_t> count_objects(const BuildRecord& record,
                                              const signing::SignedObjects& made) {
  std::map<std::string, uint64_t> objects = {
      {"image", count_about_image(record.index.digest, made)}};
  for (const PlatformRecord& platform : record.platforms)
    objects[platform.platform.str()] = static_cast<uint64_t>(std::ranges::count(
        made.objects, platform.manifest.digest, &signing::SignedObject::subject));
  return objects;
}

std::vector<std::string> names_of(const std::vector<Claim>& claims) {
  std::vector<std::string> names = {"signature"};
  for (const Claim& claim : claims)
    if (names.back() != claim.kind->name) names.emplace_back(claim.kind->name);
  return names;
}

// Right behind the signatures: the caller holds the log. Gives the numbers of its entries.
Result<std::vector<uint64_t>> log_releases(const Request& request,
                                           const signing::SignedObjects& made,
                                           const signing::SigningContext& context) {
  std::vector<std::string> entries;
  for (const tlog::ImageRelease& release :
       releases_of(request.record, request.documents, made, context.clock.now()))
    entries.push_back(tlog::write_event(release));
  std::vector<uint64_t> numbers;
  for (const tlog::Appended& appended :
       TRY_CONTEXT(context.log->append(entries), "logging the release"))
    numbers.push_back(appended.index);
  return numbers;
}

}  // namespace

Result<Evidence> sign_build(const Request& request, const signing::SigningContext& context,
                            const Builder& builder) {
  const BuildRecord& record = request.record;
  std::vector<Claim> claims =
      TRY(make_claims(record, request.documents, builder, context.clock.now()));
  Evidence evidence;
  evidence.statements = names_of(claims);
  const std::string* index = index_to_attest(request);
  signing::SignedObjects made = TRY(signing::sign_image(
      to_sign(record, std::move(claims), index != nullptr, context.key.public_key()), context,
      request.forms));
  if (index != nullptr) TRY(add_attested_index(request, *index, context, made));

  evidence.builder = builder.id;
  const PublicKey& key = context.key.public_key();
  evidence.key = fmt::format("{} {}", str(key.algorithm()), key.digest().str());
  evidence.objects = count_objects(record, made);
  evidence.stamped = context.timestamps != nullptr;
  if (context.log != nullptr) {
    std::vector<uint64_t> entries = TRY(log_releases(request, made, context));
    entries.insert(entries.end(), made.log_indexes.begin(), made.log_indexes.end());
    evidence.log = context.log->settings().origin;
    evidence.first_entry = std::ranges::min(entries);
    evidence.entries = entries.size();
  }
  signing::add_to(evidence.content, std::move(made));
  return evidence;
}

}  // namespace kiln::evidence

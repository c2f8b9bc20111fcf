// SPDX-License-Identifier: Apache-2.0
#include "publish/registry_destination.hpp"

#include "publish/fallback_listing.hpp"
#include "world/wait.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::publish {

namespace {

// Records of which repository of a registry had a blob last; they only save work.
constexpr std::string_view k_places = "blob-places";
constexpr int k_attempts = 3;

}  // namespace

RegistryDestination::RegistryDestination(World& world, const registry::Reference& reference,
                                         registry::ClientOptions options, std::string mount_from)
    : world_(world),
      client_(world.http, reference.host, reference.repository, std::move(options)),
      mount_from_(std::move(mount_from)) {}

Result<bool> RegistryDestination::has_manifest(const ManifestNode& node) {
  return TRY(client_.find_manifest(node.descriptor.digest.str())).has_value();
}

Result<Outcome> RegistryDestination::put_blob(const oci::Descriptor& blob,
                                              const oci::ImageReader& from) {
  if (TRY(client_.has_blob(blob.digest))) {
    note_place(blob.digest);
    return Outcome::present;
  }
  bool mounted = TRY(mount(blob.digest));
  if (!mounted) {
    world_.progress.add_total(blob.size);
    TRY(client_.put_blob(
        blob.digest, blob.size, [&] { return from.open(blob); },
        [&](uint64_t more) { world_.progress.advance(more); }));
  }
  note_place(blob.digest);
  return mounted ? Outcome::mounted : Outcome::sent;
}

// A registry that does not let the blob be mounted gets it sent.
Result<bool> RegistryDestination::mount(const Digest& blob) {
  for (const std::string& from : {mount_from_, known_place(blob)}) {
    if (from.empty() || from == client_.repository()) continue;
    Result<bool> mounted = client_.mount_blob(blob, from);
    if (!mounted && mounted.error().code == ErrorCode::interrupted) return mounted;
    if (mounted && *mounted) return true;
  }
  return false;
}

Result<> RegistryDestination::put_manifest(const ManifestNode& node) {
  return put(node.descriptor.digest.str(), node);
}

// A registry that is just told about the same blob by another client may not know it for a moment
// (distribution 2.8 writes the links to blobs in place), though it said that it has it.
Result<> RegistryDestination::put(const std::string& selector, const ManifestNode& node) {
  for (int attempt = 1;; ++attempt) {
    Result<> put = client_.put_manifest(selector, node.descriptor.media_type, node.bytes);
    bool is_passing =
        !put && put.error().message.find("MANIFEST_BLOB_UNKNOWN") != std::string::npos;
    if (!is_passing || attempt == k_attempts) return put;
    TRY(wait(world_, while_others_put({})));
  }
}

// What the registry lists is read back, also for evidence that was there before: a push may have
// been ended between a manifest and its entry in the fallback index.
Result<size_t> RegistryDestination::link_evidence(const Closure& closure) {
  std::map<Digest, Evidence> about;
  for (const ManifestNode& node : closure.manifests)
    if (node.subject) about[*node.subject].push_back(&node);
  EvidenceList fallback;
  for (const auto& [subject, evidence] : about) {
    registry::Referrers listed = TRY(client_.referrers(subject));
    if (listed.from_api) {
      TRY(list_by_api(subject, evidence, std::move(listed.manifests)));
      continue;
    }
    for (const ManifestNode* node : evidence) fallback[subject].push_back(node->descriptor);
  }
  return list_under_fallback_tags(client_, fallback, world_);
}

// Registries were seen to lose one of two manifests about the same subject that came at the same
// time (olareg 0.2.1); those come again, one by one.
Result<> RegistryDestination::list_by_api(const Digest& subject, const Evidence& evidence,
                                          std::vector<oci::Descriptor> listed) {
  for (int attempt = 1;; ++attempt) {
    Evidence lost;
    for (const ManifestNode* node : evidence)
      if (std::ranges::find(listed, node->descriptor.digest, &oci::Descriptor::digest) ==
          listed.end())
        lost.push_back(node);
    if (lost.empty()) return {};
    if (attempt == k_attempts)
      return fail(ErrorCode::network,
                  fmt::format("{} has {}, but does not list it about {}", client_.host(),
                              lost.front()->descriptor.digest.str(), subject.str()),
                  "run it again, and ask the registry's operator when that does not help");
    for (const ManifestNode* node : lost) TRY(put_manifest(*node));
    listed = TRY(client_.referrers(subject)).manifests;
  }
}

// Cosign adds a layer for each signature to the manifest under its tag: one that holds ours among
// others is kept.
Result<bool> RegistryDestination::has_all_layers(const std::string& tag, const ManifestNode& node) {
  registry::FetchedManifest there = TRY(client_.get_manifest(tag));
  Result<oci::Manifest> theirs = oci::parse_manifest(there.bytes);
  oci::Manifest ours = TRY(oci::parse_manifest(node.bytes));
  return theirs && std::ranges::all_of(ours.layers, [&](const oci::Descriptor& layer) {
           return std::ranges::find(theirs->layers, layer) != theirs->layers.end();
         });
}

Result<Outcome> RegistryDestination::put_tag(const std::string& tag, const ManifestNode& node) {
  std::optional<oci::Descriptor> present = TRY(client_.find_manifest(tag));
  if (present && present->digest == node.descriptor.digest) return Outcome::present;
  if (present && node.is_evidence && TRY(has_all_layers(tag, node))) return Outcome::present;
  TRY(put(tag, node));
  return Outcome::sent;
}

std::string RegistryDestination::place_key(const Digest& blob) const {
  return sha256(fmt::format("{} {}", client_.host(), blob.str())).hex();
}

std::string RegistryDestination::known_place(const Digest& blob) const {
  std::shared_ptr<const Record> record = world_.store.cached(k_places, place_key(blob));
  std::string place(record ? record->bytes() : std::string_view());
  return registry::is_repository(place) ? place : std::string();
}

void RegistryDestination::note_place(const Digest& blob) const {
  if (known_place(blob) == client_.repository()) return;
  // Without the record the blob is sent again to the next repository, no more.
  [[maybe_unused]] auto kept = world_.store.cache(k_places, place_key(blob), client_.repository());
}

}  // namespace kiln::publish

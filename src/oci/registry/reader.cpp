// SPDX-License-Identifier: Apache-2.0
#include "oci/registry/reader.hpp"

#include "oci/media_types.hpp"
#include "oci/stored.hpp"

#include <algorithm>

#include <fcntl.h>
#include <fmt/format.h>

namespace kiln::registry {

namespace {

constexpr size_t k_most_tags_listed = 20'000;

bool is_manifest(const oci::Descriptor& descriptor) {
  return oci::is_manifest_type(descriptor.media_type) || oci::is_index_type(descriptor.media_type);
}

}  // namespace

RegistryReader::RegistryReader(World& world, const Reference& reference, ClientOptions options,
                               Presence presence)
    : world_(world),
      reference_(reference),
      client_(world.http, reference.host, reference.repository, std::move(options)),
      presence_(presence) {}

Result<std::unique_ptr<RegistryReader>> RegistryReader::open(World& world,
                                                             const Reference& reference,
                                                             ClientOptions options,
                                                             Presence presence) {
  if (world.offline)
    return fail(ErrorCode::bad_input,
                fmt::format("{} is in a registry, and --offline keeps away from the network",
                            reference.str()),
                "pull it into a layout first");
  std::unique_ptr<RegistryReader> reader(
      new RegistryReader(world, reference, std::move(options), presence));
  FetchedManifest root = TRY(reader->client_.get_manifest(reference.selector()));
  TRY(world.store.put(root.bytes));
  reader->there_.insert(root.descriptor.digest);
  oci::Descriptor entry = root.descriptor;
  if (!reference.tag.empty()) entry.annotations[std::string(oci::k_ref_name)] = reference.tag;
  entry.annotations[std::string(oci::k_image_name)] = reference.str();
  reader->index_.manifests.push_back(std::move(entry));
  return reader;
}

Result<std::vector<oci::Descriptor>> RegistryReader::referrers(const Digest& subject) const {
  Referrers found = TRY(client_.referrers(subject));
  if (found.from_api) return std::move(found.manifests);
  for (oci::Descriptor& entry : found.manifests) {
    if (!oci::is_manifest_type(entry.media_type)) continue;
    Result<std::string> bytes = this->bytes(entry);
    if (!bytes && bytes.error().code == ErrorCode::not_found) continue;
    std::string text = TRY(std::move(bytes));
    oci::Manifest manifest = TRY(oci::parse_manifest(text));
    entry.artifact_type = std::move(manifest.artifact_type);
    entry.annotations = std::move(manifest.annotations);
  }
  return std::move(found.manifests);
}

Result<std::optional<oci::Descriptor>> RegistryReader::tagged(std::string_view tag) const {
  if (!TRY(may_have(tag))) return std::nullopt;
  return client_.find_manifest(std::string(tag));
}

// Whether it is worth a request to ask for a tag.
Result<bool> RegistryReader::may_have(std::string_view tag) const {
  static constexpr std::string_view k_prefix = "sha256-";
  if (!tag.starts_with(k_prefix)) return true;
  std::lock_guard lock(mutex_);
  if (!tags_ && !too_many_tags_) {
    Result<std::vector<std::string>> all = client_.tags(k_most_tags_listed);
    // A registry may forbid the list and show the tag.
    too_many_tags_ = !all;
    if (!all && all.error().code == ErrorCode::interrupted)
      return std::unexpected(std::move(all).error());
    if (all) {
      std::erase_if(*all, [](const std::string& name) { return !name.starts_with(k_prefix); });
      std::ranges::sort(*all);
      tags_ = std::move(*all);
    }
  }
  return too_many_tags_ || std::ranges::binary_search(*tags_, tag, {}, [](const auto& name) {
           return std::string_view(name);
         });
}

Result<std::unique_ptr<Source>> RegistryReader::open_stored(
    const oci::Descriptor& descriptor) const {
  if (!world_.store.has(descriptor.digest))
    TRY(fetch(descriptor));
  else if (presence_ == Presence::asked)
    TRY(expect_there(descriptor));
  auto file =
      std::make_shared<const Fd>(TRY(open_file(world_.store.path_of(descriptor.digest), O_RDONLY)));
  uint64_t size = TRY(oci::file_size(*file));
  return oci::slice_source(std::move(file), 0, size);
}

// One request for each object; what a descriptor holds itself need not be there.
Result<> RegistryReader::expect_there(const oci::Descriptor& descriptor) const {
  if (!descriptor.data.empty()) return {};
  {
    std::lock_guard lock(mutex_);
    if (there_.contains(descriptor.digest)) return {};
  }
  bool is_there = is_manifest(descriptor)
                      ? TRY(client_.find_manifest(descriptor.digest.str())).has_value()
                      : TRY(client_.has_blob(descriptor.digest));
  if (!is_there)
    return fail(ErrorCode::not_found,
                fmt::format("{} does not have {}", reference_.name(), descriptor.digest.str()));
  std::lock_guard lock(mutex_);
  there_.insert(descriptor.digest);
  return {};
}

Result<> RegistryReader::fetch(const oci::Descriptor& descriptor) const {
  if (!descriptor.data.empty()) {
    TRY(world_.store.put(descriptor.data));
    return {};
  }
  if (is_manifest(descriptor)) {
    FetchedManifest manifest = TRY(client_.get_manifest(descriptor.digest.str()));
    TRY(world_.store.put(manifest.bytes));
    return {};
  }
  Store::Writer writer = TRY(world_.store.writer());
  world_.progress.add_total(descriptor.size);
  TRY(client_.get_blob(descriptor.digest, descriptor.size, writer,
                       [&](uint64_t more) { world_.progress.advance(more); }));
  return writer.commit_expecting(descriptor.digest, descriptor.size);
}

}  // namespace kiln::registry

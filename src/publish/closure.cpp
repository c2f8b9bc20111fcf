// SPDX-License-Identifier: Apache-2.0
#include "publish/closure.hpp"

#include "base/strings.hpp"
#include "base/threads.hpp"
#include "oci/media_types.hpp"
#include "publish/platform_root.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <set>

#include <fmt/format.h>

namespace kiln::publish {

namespace {

constexpr size_t k_most_manifests = 10'000;
constexpr uint64_t k_most_bytes = 512ULL << 20;
// Manifests may be named several times.
constexpr uint64_t k_most_mentioned = 20 * k_most_manifests;
constexpr std::array<std::string_view, 3> k_cosign_suffixes = {".sig", ".att", ".sbom"};

// A manifest that is to be read, and how it was found.
struct Found {
  oci::Descriptor descriptor;
  bool is_evidence = false;
  std::optional<Digest> about = {};  // what it was listed for
  std::string tag = {};              // under which it was found
};

struct ReadManifest {
  std::optional<ManifestNode> node;  // none when it is not there
  std::vector<Found> more;
};

// Layers that may not be handed on lie where their `urls` say, not in registries.
bool is_distributable(const oci::Descriptor& layer) {
  return layer.media_type.find("nondistributable") == std::string::npos &&
         layer.media_type.find(".foreign.") == std::string::npos;
}

void take_manifest(const oci::Manifest& manifest, ManifestNode& node) {
  node.blobs.push_back(manifest.config);
  std::ranges::copy_if(manifest.layers, std::back_inserter(node.blobs), is_distributable);
  bool named = !manifest.artifact_type.empty();
  node.descriptor.artifact_type = named ? manifest.artifact_type : manifest.config.media_type;
  node.descriptor.annotations = manifest.annotations;
  if (manifest.subject) node.subject = manifest.subject->digest;
}

void take_index(const oci::Index& index, ReadManifest& read, bool is_evidence) {
  ManifestNode& node = *read.node;
  for (const oci::Descriptor& entry : index.manifests) {
    if (!oci::is_manifest_type(entry.media_type) && !oci::is_index_type(entry.media_type)) {
      node.blobs.push_back(entry);
      continue;
    }
    node.manifests.push_back(entry.digest);
    read.more.push_back({entry, is_evidence});
  }
  node.descriptor.artifact_type = index.artifact_type;
  node.descriptor.annotations = index.annotations;
  if (index.subject) node.subject = index.subject->digest;
}

class Gatherer {
 public:
  Gatherer(const oci::ImageReader& reader, const ClosureOptions& options)
      : reader_(reader), options_(options) {}

  Result<Closure> gather(const oci::Descriptor& root) {
    std::vector<Found> wave = {{root}};
    if (options_.platform) {
      PlatformRoot narrowed = TRY(platform_root(reader_, root, *options_.platform));
      wave = {{narrowed.manifest}};
      for (oci::Descriptor& attestation : narrowed.attestations)
        if (options_.evidence) wave.push_back({std::move(attestation), true});
    }
    closure_.root = wave.front().descriptor;
    if (options_.evidence)
      if (std::optional<oci::Descriptor> original =
              TRY(oci::original_index(reader_, closure_.root)))
        wave.push_back({std::move(*original), true});
    return follow(std::move(wave));
  }

  Result<Closure> gather_evidence(const oci::Descriptor& root,
                                  const std::vector<oci::Descriptor>& manifests,
                                  const std::map<std::string, Digest>& tags) {
    std::vector<Found> wave;
    for (const oci::Descriptor& manifest : manifests) wave.push_back({manifest, true});
    closure_.root = root;
    closure_.tags = tags;
    return follow(std::move(wave));
  }

 private:
  Result<Closure> follow(std::vector<Found> wave) {
    std::erase_if(wave, [&](const Found& found) { return !is_new(found); });
    while (!wave.empty()) wave = TRY(read_wave(wave));
    rank();
    return std::move(closure_);
  }

  bool is_new(const Found& found) { return seen_.insert(found.descriptor.digest).second; }

  // Reads manifests at the same time; returns what they lead to and nobody read yet.
  Result<std::vector<Found>> read_wave(const std::vector<Found>& wave) {
    std::vector<ReadManifest> read(wave.size());
    auto read_one = [&](size_t i) -> Result<> {
      read[i] = TRY(this->read(wave[i]));
      return {};
    };
    TRY(parallel_for(wave.size(), options_.threads, read_one));
    std::vector<Found> next;
    for (size_t i = 0; i < wave.size(); ++i) {
      if (!read[i].node) {
        closure_.missing.push_back(wave[i].descriptor.digest);
        continue;
      }
      closure_.manifests.push_back(std::move(*read[i].node));
      for (Found& more : read[i].more) {
        if (!more.tag.empty()) closure_.tags[more.tag] = more.descriptor.digest;
        if (is_new(more)) next.push_back(std::move(more));
      }
    }
    if (seen_.size() > k_most_manifests) return too_many();
    return next;
  }

  static std::unexpected<Error> too_many() {
    return fail(ErrorCode::limit,
                fmt::format("more than {} manifests or {} of them belong to the image",
                            k_most_manifests, human_size(k_most_bytes)));
  }

  Result<ReadManifest> read(const Found& found) const {
    ReadManifest read;
    Result<std::string> bytes = reader_.bytes(found.descriptor);
    if (!bytes && bytes.error().code == ErrorCode::not_found && found.is_evidence) return read;
    ManifestNode& node = read.node.emplace();
    node.bytes = TRY(std::move(bytes));
    node.descriptor = oci::describe(found.descriptor.media_type, node.bytes);
    node.is_evidence = found.is_evidence;
    std::string doing = fmt::format("reading {}", node.descriptor.digest.str());
    if (oci::is_index_type(found.descriptor.media_type))
      take_index(TRY_CONTEXT(oci::parse_index(node.bytes), doing), read, found.is_evidence);
    else
      take_manifest(TRY_CONTEXT(oci::parse_manifest(node.bytes), doing), node);
    if (found.about && node.subject != found.about)
      return fail(ErrorCode::unverified,
                  fmt::format("{} is listed as being about {}, but is not",
                              node.descriptor.digest.str(), found.about->str()),
                  "what lists it is wrong or was tampered with; --no-evidence leaves it out");
    if (options_.evidence) TRY(find_evidence(node.descriptor.digest, read.more));
    bytes_ += node.bytes.size();
    mentioned_ += read.more.size();
    if (bytes_ > k_most_bytes || mentioned_ > k_most_mentioned) return too_many();
    return read;
  }

  Result<> find_evidence(const Digest& about, std::vector<Found>& more) const {
    for (oci::Descriptor& entry : TRY(reader_.referrers(about)))
      more.push_back({std::move(entry), true, about});
    for (std::string_view suffix : k_cosign_suffixes) {
      std::string tag = fmt::format("sha256-{}{}", about.hex(), suffix);
      std::optional<oci::Descriptor> tagged = TRY(reader_.tagged(tag));
      if (tagged) more.push_back({std::move(*tagged), true, {}, std::move(tag)});
    }
    return {};
  }

  // Nothing can refer to itself, since names are digests.
  void rank() {
    for (size_t i = 0; i < closure_.manifests.size(); ++i)
      places_.emplace(closure_.manifests[i].descriptor.digest, i);
    for (ManifestNode& node : closure_.manifests) rank_of(node);
    std::ranges::stable_sort(closure_.manifests, {}, &ManifestNode::rank);
    std::erase_if(closure_.tags, [&](const auto& tag) { return !places_.contains(tag.second); });
  }

  size_t rank_of(ManifestNode& node) {
    if (node.rank > 0) return node.rank;
    size_t highest = 0;
    std::vector<Digest> needed = node.manifests;
    if (node.subject) needed.push_back(*node.subject);
    for (const Digest& digest : needed)
      if (auto place = places_.find(digest); place != places_.end())
        highest = std::max(highest, rank_of(closure_.manifests[place->second]));
    return node.rank = highest + 1;
  }

  const oci::ImageReader& reader_;
  const ClosureOptions& options_;
  Closure closure_;
  std::set<Digest> seen_;
  std::map<Digest, size_t> places_;
  // Of what is read at the same time, too: one document may name thousands.
  mutable std::atomic<uint64_t> bytes_ = 0;
  mutable std::atomic<uint64_t> mentioned_ = 0;
};

}  // namespace

size_t Closure::evidence_count() const {
  return static_cast<size_t>(std::ranges::count(manifests, true, &ManifestNode::is_evidence));
}

const ManifestNode* Closure::find(const Digest& digest) const {
  auto found = std::ranges::find(manifests, digest,
                                 [](const ManifestNode& node) { return node.descriptor.digest; });
  return found == manifests.end() ? nullptr : &*found;
}

const ManifestNode& Closure::node(const Digest& digest) const {
  const ManifestNode* found = find(digest);
  ASSERT(found != nullptr);
  return *found;
}

Result<bool> adds_attestations(const ManifestNode& node, const ManifestNode& to) {
  if (!oci::is_index_type(node.descriptor.media_type) || node.subject != to.descriptor.digest)
    return false;
  oci::Index index = TRY(oci::parse_index(node.bytes));
  oci::Index other = TRY(oci::parse_index(to.bytes));
  return oci::lists_same_images(index, other);
}

Result<> Closure::take_attested_index() {
  const ManifestNode& named = node(root.digest);
  bool is_index = oci::is_index_type(named.descriptor.media_type);
  if (is_index && named.subject) return {};
  for (ManifestNode& node : manifests) {
    if (!is_index || !TRY(adds_attestations(node, named))) continue;
    node.is_evidence = false;
    root = oci::describe(node.descriptor.media_type, node.bytes);
    return {};
  }
  return fail(ErrorCode::not_found, "there is no index with attestations for BuildKit beside it",
              "`kiln build --evidence-forms bundle,simple-tag,buildkit-attestations` makes one");
}

Result<Closure> closure(const oci::ImageReader& reader, const oci::Descriptor& root,
                        const ClosureOptions& options) {
  return Gatherer(reader, options).gather(root);
}

Result<Closure> closure_of_evidence(const oci::ImageReader& reader, const oci::Descriptor& root,
                                    const std::vector<oci::Descriptor>& manifests,
                                    const std::map<std::string, Digest>& tags) {
  ClosureOptions options{.platform = {}, .evidence = false};
  return Gatherer(reader, options).gather_evidence(root, manifests, tags);
}

}  // namespace kiln::publish

// SPDX-License-Identifier: Apache-2.0
#include "publish/transfer.hpp"

#include "base/threads.hpp"

#include <algorithm>
#include <set>

namespace kiln::publish {

namespace {

using Nodes = std::vector<const ManifestNode*>;

// The manifests that the destination lacks, by rank.
Result<Nodes> find_missing(const Closure& closure, Destination& destination, size_t threads) {
  std::vector<char> present(closure.manifests.size());
  auto ask = [&](size_t i) -> Result<> {
    present[i] = TRY(destination.has_manifest(closure.manifests[i])) ? 1 : 0;
    return {};
  };
  TRY(parallel_for(present.size(), threads, ask));
  Nodes missing;
  for (size_t i = 0; i < present.size(); ++i)
    if (present[i] == 0) missing.push_back(&closure.manifests[i]);
  return missing;
}

// What the manifests need, each once, the largest first so that the last ones end together.
std::vector<oci::Descriptor> blobs_of(const Nodes& nodes) {
  std::vector<oci::Descriptor> blobs;
  std::set<Digest> seen;
  for (const ManifestNode* node : nodes)
    for (const oci::Descriptor& blob : node->blobs)
      if (seen.insert(blob.digest).second) blobs.push_back(blob);
  std::ranges::stable_sort(blobs, std::greater<>(), &oci::Descriptor::size);
  return blobs;
}

Result<> put_blobs(const std::vector<oci::Descriptor>& blobs, const oci::ImageReader& from,
                   Destination& destination, size_t threads, World& world, Transferred& done) {
  std::vector<Outcome> outcomes(blobs.size());
  auto put = [&](size_t i) -> Result<> {
    TRY(check_stop(world));
    outcomes[i] = TRY(destination.put_blob(blobs[i], from));
    return {};
  };
  TRY(parallel_for(blobs.size(), threads, put));
  for (size_t i = 0; i < blobs.size(); ++i) {
    done.blobs.count(outcomes[i]);
    if (outcomes[i] == Outcome::sent) done.sent_bytes += blobs[i].size;
  }
  return {};
}

// Those of one rank at the same time.
Result<> put_manifests(const Nodes& nodes, Destination& destination, size_t threads, World& world) {
  for (auto begin = nodes.begin(); begin != nodes.end();) {
    TRY(check_stop(world));
    auto end = std::find_if(begin, nodes.end(),
                            [&](const ManifestNode* node) { return node->rank != (*begin)->rank; });
    TRY(parallel_for(static_cast<size_t>(end - begin), threads, [&](size_t i) {
      return destination.put_manifest(**(begin + static_cast<std::ptrdiff_t>(i)));
    }));
    begin = end;
  }
  return {};
}

}  // namespace

void Tally::count(Outcome outcome) {
  switch (outcome) {
    case Outcome::sent:
      ++sent;
      break;
    case Outcome::mounted:
      ++mounted;
      break;
    case Outcome::present:
      ++present;
      break;
  }
}

Result<Transferred> transfer(const oci::ImageReader& from, const Closure& closure,
                             Destination& destination, std::span<const std::string> tags,
                             size_t threads, World& world) {
  Transferred done;
  Nodes missing = TRY(find_missing(closure, destination, threads));
  TRY(put_blobs(blobs_of(missing), from, destination, threads, world, done));
  TRY(put_manifests(missing, destination, threads, world));
  done.manifests.sent = missing.size();
  done.manifests.present = closure.manifests.size() - missing.size();
  done.links = TRY(destination.link_evidence(closure));
  for (const auto& [tag, digest] : closure.tags)
    done.tags.count(TRY(destination.put_tag(tag, closure.node(digest))));
  for (const std::string& tag : tags)
    done.tags.count(TRY(destination.put_tag(tag, closure.node(closure.root.digest))));
  return done;
}

}  // namespace kiln::publish

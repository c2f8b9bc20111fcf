// SPDX-License-Identifier: Apache-2.0
//
// Everything that belongs to an image, wherever it lies: what its manifest or index refers to, and
// all evidence. What "all evidence" is, is decided here alone:
//
//   - referrers of the index, of each platform's manifest, and of referrers, to any depth
//   - attestation manifests inside the index, which belong to the image anyway
//   - the index to which the image's own only adds attestations (its subject), with its evidence
//   - the tags sha256-<hex>.sig, .att and .sbom that cosign keeps for any of these
//
// An index of referrers under a fallback tag is no part of it: a destination that needs one gets
// its own.
#pragma once
#include "model/platform.hpp"
#include "oci/reader.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kiln::publish {

struct ManifestNode {
  oci::Descriptor descriptor;  // type, digest, size; with the artifact type and annotations
  std::string bytes;
  std::vector<oci::Descriptor> blobs;  // its config, layers and whatever else is no manifest
  std::vector<Digest> manifests;       // that it refers to
  std::optional<Digest> subject;
  bool is_evidence = false;  // reached as a referrer or through a tag
  size_t rank = 0;           // greater than that of everything it refers to
};

// Whether a node is an index about another one that lists the same images and besides them nothing
// but attestations. Whoever may write to a repository may put any index there that is about
// another.
Result<bool> adds_attestations(const ManifestNode& node, const ManifestNode& to);

struct Closure {
  oci::Descriptor root;
  std::vector<ManifestNode> manifests;  // by rank
  std::map<std::string, Digest> tags;   // cosign's
  std::vector<Digest> missing;          // listed as evidence, and not there

  size_t evidence_count() const;
  const ManifestNode* find(const Digest& digest) const;  // null when it is not there
  const ManifestNode& node(const Digest& digest) const;  // must be there

  // Makes the index that adds BuildKit's attestations to the root the root. Fails with not_found
  // when there is none.
  Result<> take_attested_index();
};

struct ClosureOptions {
  std::optional<model::Platform> platform;  // this one's manifest instead of the index
  bool evidence = true;
  size_t threads = 1;
};

// Reads all manifests from `root` on, an entry of the reader's index or anything it has. Fails with
// not_found when a part of the image is missing, with unverified when what is listed about a
// manifest is about another, and with limit beyond 10,000 manifests or 512 MiB of them.
Result<Closure> closure(const oci::ImageReader& reader, const oci::Descriptor& root,
                        const ClosureOptions& options = {});

// Evidence by itself, about an image that the destination has: these manifests, which `reader` has,
// and cosign's tags for some of them.
Result<Closure> closure_of_evidence(const oci::ImageReader& reader, const oci::Descriptor& root,
                                    const std::vector<oci::Descriptor>& manifests,
                                    const std::map<std::string, Digest>& tags);

}  // namespace kiln::publish

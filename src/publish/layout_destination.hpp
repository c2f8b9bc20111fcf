// SPDX-License-Identifier: Apache-2.0
//
// Images gathered for a layout or an archive, which are written whole in the end. Blobs lie in the
// store meanwhile, but for small ones of 16 MiB together, so that a run that is killed has them at
// hand when it is made again.
#pragma once
#include "oci/content.hpp"
#include "publish/destination.hpp"
#include "store/store.hpp"

#include <mutex>
#include <set>

namespace kiln::publish {

class LayoutDestination final : public Destination {
 public:
  explicit LayoutDestination(Store& store) : store_(store) {}

  // Images that follow are listed under these names ("registry/repository:tag") besides their tags:
  // each tag under the one that ends with it, or else the first.
  void set_names(std::vector<std::string> names) { names_ = std::move(names); }

  Result<bool> has_manifest(const ManifestNode& node) override;
  Result<Outcome> put_blob(const oci::Descriptor& blob, const oci::ImageReader& from) override;
  Result<> put_manifest(const ManifestNode& node) override;
  // Lists referrers in the index without a tag.
  Result<size_t> link_evidence(const Closure& closure) override;
  Result<Outcome> put_tag(const std::string& tag, const ManifestNode& node) override;
  // Lists an image that has no tag.
  void list(const ManifestNode& node) { add_entry({}, node); }

  // What was gathered; its files are the store's.
  const oci::Content& content() const { return content_; }

 private:
  void add_entry(const std::string& tag, const ManifestNode& node);
  // Whether a blob of this size may lie in memory, which it then counts for.
  bool may_hold(uint64_t size);

  Store& store_;
  std::vector<std::string> names_;
  std::mutex mutex_;
  oci::Content content_;
  uint64_t held_ = 0;        // bytes of blobs in memory
  std::set<Digest> listed_;  // evidence
};

}  // namespace kiln::publish

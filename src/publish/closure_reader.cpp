// SPDX-License-Identifier: Apache-2.0
#include "publish/closure_reader.hpp"

#include <set>

#include <fmt/format.h>

namespace kiln::publish {

namespace {

class ClosureReader final : public oci::ImageReader {
 public:
  ClosureReader(const Closure& closure, const oci::ImageReader& from)
      : closure_(closure), from_(from) {
    for (const ManifestNode& node : closure.manifests) {
      sent_.insert(node.descriptor.digest);
      for (const oci::Descriptor& blob : node.blobs) sent_.insert(blob.digest);
    }
    index_.manifests = {closure.root};
  }

  Result<std::vector<oci::Descriptor>> referrers(const Digest& subject) const override {
    std::vector<oci::Descriptor> found;
    for (const ManifestNode& node : closure_.manifests)
      if (node.subject == subject) found.push_back(node.descriptor);
    return found;
  }

  Result<std::optional<oci::Descriptor>> tagged(std::string_view tag) const override {
    auto found = closure_.tags.find(std::string(tag));
    if (found == closure_.tags.end()) return std::nullopt;
    return closure_.node(found->second).descriptor;
  }

 protected:
  Result<std::unique_ptr<Source>> open_stored(const oci::Descriptor& descriptor) const override {
    if (!sent_.contains(descriptor.digest))
      return fail(ErrorCode::not_found,
                  fmt::format("{} is not among what is sent", descriptor.digest.str()));
    return from_.open(descriptor);
  }

 private:
  const Closure& closure_;
  const oci::ImageReader& from_;
  std::set<Digest> sent_;
};

}  // namespace

std::unique_ptr<oci::ImageReader> closure_reader(const Closure& closure,
                                                 const oci::ImageReader& from) {
  return std::make_unique<ClosureReader>(closure, from);
}

}  // namespace kiln::publish

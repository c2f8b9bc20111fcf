// SPDX-License-Identifier: Apache-2.0
#include "evidence/verification/contents.hpp"

#include "base/strings.hpp"
#include "base/threads.hpp"

#include <fmt/format.h>

namespace kiln::verification {

std::map<Digest, image::ImageView> check_contents(const oci::ImageReader& reader,
                                                  const ImageParts& parts, size_t threads,
                                                  Verdict& verdict) {
  std::vector<Result<image::ImageView>> views(parts.images.size());
  // Never fails: what is wrong with a platform is a line of the verdict.
  (void)parallel_for(parts.images.size(), threads, [&](size_t i) -> Result<> {
    views[i] = image::inspect(reader, parts.images[i]);
    return {};
  });
  std::map<Digest, image::ImageView> right;
  for (size_t i = 0; i < views.size(); ++i) {
    std::string name = parts.images[i].config.platform.str();
    if (!views[i]) {
      verdict.refuse("contents", name, views[i].error());
      continue;
    }
    image::ImageView& view = *views[i];
    verdict.pass("contents", name,
                 fmt::format("manifest, config and {} ({}, unpacked {}) have their digests",
                             counted(view.layers.size(), "layer"), human_size(view.compressed_size),
                             human_size(view.unpacked_size)));
    right.emplace(parts.images[i].descriptor.digest, std::move(view));
  }
  return right;
}

}  // namespace kiln::verification

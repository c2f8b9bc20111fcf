// SPDX-License-Identifier: Apache-2.0
#include "cli/previous_image.hpp"

#include "evidence/changelog.hpp"
#include "image/diff.hpp"
#include "oci/content_reader.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

// What changed for one platform. An unchanged manifest needs no look at any layer.
Result<evidence::PlatformChange> compare(const oci::ImageReader& before,
                                         const oci::ImageReader& after,
                                         const oci::Descriptor& manifest) {
  evidence::PlatformChange change{*manifest.platform, manifest.digest, std::nullopt};
  Result<oci::ListedImage> old_image = oci::find_image(before, manifest.platform);
  if (!old_image && old_image.error().code == ErrorCode::not_found) return change;
  if (!old_image) return std::unexpected(std::move(old_image).error());
  change.previous = old_image->descriptor.digest;
  if (change.previous == manifest.digest) return change;
  oci::ListedImage new_image = TRY(oci::find_image(after, manifest.platform));
  image::ImageView old_view = TRY(image::inspect(before, *old_image));
  image::ImageView new_view = TRY(image::inspect(after, new_image));
  change.difference = image::diff(old_view, new_view);
  return change;
}

Result<PreviousImage> compare_all(const Path& path, const image::Assembly& current) {
  PreviousImage result;
  std::unique_ptr<oci::ImageReader> before = TRY(oci::open_image(path));
  std::vector<oci::ListedImage> images = TRY(oci::list_images(*before));
  if (images.empty()) return fail(ErrorCode::not_found, "there is no image in it");
  Digest root = images.front().root.digest;
  if (root == current.index.digest) {
    result.note = "none: the previous image is this very image";
    return result;
  }
  std::unique_ptr<oci::ImageReader> after = oci::read_content(current.content);
  std::vector<evidence::PlatformChange> changes;
  for (const oci::Descriptor& manifest : current.manifests)
    changes.push_back(TRY(compare(*before, *after, manifest)));
  result.changelog = evidence::changelog(root, changes);
  result.note = fmt::format("since {}", root.str());
  return result;
}

}  // namespace

Result<PreviousImage> find_previous(const std::optional<std::string>& named, const Path& output,
                                    const image::Assembly& current) {
  if (named)
    return with_context(compare_all(*named, current),
                        fmt::format("comparing with the previous image {}", *named));
  std::error_code ignored;
  if (!std::filesystem::exists(output / "index.json", ignored))
    return PreviousImage{std::nullopt, "none: there is no previous image"};
  Result<PreviousImage> compared = compare_all(output, current);
  if (compared || compared.error().code == ErrorCode::interrupted) return compared;
  return PreviousImage{std::nullopt, fmt::format("none: the previous image cannot be read: {}",
                                                 compared.error().message)};
}

}  // namespace kiln::cli

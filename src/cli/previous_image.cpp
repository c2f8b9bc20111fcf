// SPDX-License-Identifier: Apache-2.0
#include "cli/previous_image.hpp"

#include "base/strings.hpp"
#include "cli/image_source.hpp"
#include "evidence/changelog.hpp"
#include "image/diff.hpp"
#include "oci/content_reader.hpp"
#include "plan/lock.hpp"

#include <algorithm>

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

// The names that the lock beside an image says it was built under; none without a lock.
Result<std::vector<std::string>> names_of(const oci::ImageReader& reader,
                                          const oci::Descriptor& root) {
  std::vector<std::string> names;
  std::optional<std::string> text = TRY(image::find_lock(reader, root));
  if (!text) return names;
  plan::Lock lock = TRY(plan::read_lock(*text));
  for (const plan::LockedPlan& locked : lock.plans) names.push_back(locked.plan.spec.image);
  return names;
}

// `wanted` is the name that the image before must have; empty when the user chose that image.
Result<PreviousImage> compare_all(const oci::ImageReader& before, const std::string& wanted,
                                  const image::Assembly& current) {
  PreviousImage result;
  std::vector<oci::ListedImage> images = TRY(oci::list_images(before));
  if (images.empty()) return fail(ErrorCode::not_found, "there is no image in it");
  Digest root = images.front().root.digest;
  if (root == current.index.digest) {
    result.note = "none: the previous image is this very image";
    return result;
  }
  if (!wanted.empty()) {
    std::vector<std::string> names = TRY(names_of(before, images.front().root));
    if (std::ranges::find(names, wanted) == names.end()) {
      result.note =
          fmt::format("none: what the output held is {}",
                      names.empty() ? "an image of an unknown name" : printable(names[0]));
      return result;
    }
  }
  std::unique_ptr<oci::ImageReader> after = oci::read_content(current.content);
  std::vector<evidence::PlatformChange> changes;
  for (const oci::Descriptor& manifest : current.manifests)
    changes.push_back(TRY(compare(before, *after, manifest)));
  result.changelog = evidence::changelog(root, changes);
  result.note = fmt::format("since {}", root.str());
  return result;
}

}  // namespace

Result<PreviousImage> find_previous(Session& session, const std::optional<std::string>& named,
                                    const Path& output, const std::string& image,
                                    const image::Assembly& current) {
  if (named) {
    ImageSource before = TRY(open_image_source(session, *named));
    return with_context(compare_all(*before.reader, "", current),
                        fmt::format("comparing with the previous image {}", *named));
  }
  std::error_code ignored;
  if (!std::filesystem::exists(output / "index.json", ignored))
    return PreviousImage{std::nullopt, "none: there is no previous image"};
  Result<PreviousImage> compared = [&]() -> Result<PreviousImage> {
    std::unique_ptr<oci::ImageReader> before = TRY(oci::open_image(output));
    return compare_all(*before, image, current);
  }();
  if (compared || compared.error().code == ErrorCode::interrupted) return compared;
  return PreviousImage{std::nullopt, fmt::format("none: the previous image cannot be read: {}",
                                                 compared.error().message)};
}

}  // namespace kiln::cli

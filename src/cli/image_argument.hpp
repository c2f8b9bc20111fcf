// SPDX-License-Identifier: Apache-2.0
//
// The IMAGE of a command line: a layout directory, an archive, or a reference to a registry, built
// by anyone.
#pragma once
#include "cli/session.hpp"
#include "image/inspect.hpp"
#include "oci/reader.hpp"
#include "plan/lock.hpp"

#include <memory>
#include <optional>
#include <string>

namespace kiln::cli {

struct OpenedImage {
  std::unique_ptr<oci::ImageReader> reader;
  oci::ListedImage image;
};

// Opens the image of a platform: the one named, or the only one, or the host's. `image` says which,
// where a layout or an archive holds several (oci::is_called).
Result<OpenedImage> open_image_argument(Session& session, const std::string& word,
                                        const std::optional<std::string>& platform,
                                        const std::optional<std::string>& image = std::nullopt);

// The options --image and --platform, which say what open_image_argument is to take.
Option image_option();
Option platform_option();

// What is in it; reads every layer.
Result<image::ImageView> view_of(const OpenedImage& opened,
                                 image::FileHashes hashes = image::FileHashes::sha256);

// The lock that lies beside an image. Fails with not_found when there is none.
Result<plan::Lock> lock_of(const OpenedImage& opened);

}  // namespace kiln::cli

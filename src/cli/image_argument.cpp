// SPDX-License-Identifier: Apache-2.0
#include "cli/image_argument.hpp"

#include "cli/image_source.hpp"
#include "image/index.hpp"

#include <fmt/format.h>
#include <sys/utsname.h>

namespace kiln::cli {

namespace {

model::Platform host_platform() {
  utsname system = {};
  ::uname(&system);
  std::string machine = system.machine;
  model::Platform platform;
  if (machine == "aarch64") platform.architecture = "arm64";
  if (machine != "aarch64" && machine != "x86_64") platform.architecture = machine;
  return platform;
}

}  // namespace

Result<OpenedImage> open_image_argument(Session& session, const std::string& word,
                                        const std::optional<std::string>& platform) {
  OpenedImage opened;
  opened.reader = std::move(TRY(open_image_source(session, word)).reader);
  if (platform) {
    model::Platform wanted = TRY(model::Platform::parse(*platform));
    opened.image = TRY(oci::find_image(*opened.reader, wanted));
    return opened;
  }
  Result<oci::ListedImage> only = oci::find_image(*opened.reader, std::nullopt);
  if (!only) only = oci::find_image(*opened.reader, host_platform());
  opened.image = TRY(std::move(only));
  return opened;
}

Result<image::ImageView> view_of(const OpenedImage& opened, image::FileHashes hashes) {
  return image::inspect(*opened.reader, opened.image, hashes);
}

Result<plan::Lock> lock_of(const OpenedImage& opened) {
  std::optional<std::string> text = TRY(image::find_lock(*opened.reader, opened.image.root));
  if (!text)
    return fail(ErrorCode::not_found, "no lock lies beside this image",
                "only images that Kiln built have one; pass a lock file where a command takes one");
  return plan::read_lock(*text);
}

}  // namespace kiln::cli

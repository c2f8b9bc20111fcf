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
                                        const std::optional<std::string>& platform,
                                        const std::optional<std::string>& image) {
  std::string called = image.value_or("");
  OpenedImage opened;
  opened.reader = std::move(TRY(open_image_source(session, word)).reader);
  if (platform) {
    model::Platform wanted = TRY(model::Platform::parse(*platform));
    opened.image = TRY(oci::find_image(*opened.reader, wanted, called));
    return opened;
  }
  Result<oci::ListedImage> only = oci::find_image(*opened.reader, std::nullopt, called);
  if (!only) only = oci::find_image(*opened.reader, host_platform(), called);
  opened.image = TRY(std::move(only));
  return opened;
}

Option image_option() {
  return {"--image", "NAME", "which image, where there are several: a tag, a name or a digest"};
}

Option platform_option() {
  return {"--platform", "linux/ARCH", "which image of an index"};
}

Result<image::ImageView> view_of(const OpenedImage& opened, image::FileHashes hashes) {
  return image::inspect(*opened.reader, opened.image, hashes);
}

Result<plan::Lock> lock_of(const OpenedImage& opened) {
  std::optional<std::string> text = TRY(image::find_lock(*opened.reader, opened.image.root));
  if (!text)
    return fail(ErrorCode::not_found, "no lock lies beside this image",
                "layouts of Kiln have one, and what `kiln copy` and `kiln pull` make of them; name "
                "one of these, or a lock file where a command takes one");
  return plan::read_lock(*text);
}

}  // namespace kiln::cli

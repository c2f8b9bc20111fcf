// SPDX-License-Identifier: Apache-2.0
#include "cli/attaching.hpp"

#include "cli/password.hpp"
#include "evidence/signing/local_signer.hpp"
#include "oci/layout.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::cli {

Result<OpenLayout> OpenLayout::open(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(Path(path) / "oci-layout", error))
    return fail(
        ErrorCode::unsupported, fmt::format("{} is no OCI layout directory", path),
        "sign the layout that `kiln build` or `kiln pull` wrote; `kiln push` sends what was "
        "added, and leaves out what the registry has");
  return OpenLayout(path, TRY(oci::open_image(path)));
}

Result<std::vector<oci::Descriptor>> OpenLayout::manifests() const {
  std::vector<oci::ListedImage> images = TRY(oci::list_images(*reader_));
  if (images.empty()) return fail(ErrorCode::not_found, "there is no image in the layout");
  const oci::Descriptor root = images.front().root;
  std::vector<oci::Descriptor> list = {root};
  for (const oci::ListedImage& image : images) {
    if (image.root.digest != root.digest)
      return fail(ErrorCode::bad_input, "there are several images in the layout",
                  "pull or build the one to sign into a layout of its own");
    auto known = std::ranges::find(list, image.descriptor.digest, &oci::Descriptor::digest);
    if (known == list.end()) list.push_back(image.descriptor);
  }
  return list;
}

Result<signing::SignedObjects> OpenLayout::sign(std::span<const signing::Signed> manifests,
                                                std::span<const signing::Form> forms,
                                                const Session& session) {
  Path place = TRY(signing::keyring_directory(session.environment(), std::nullopt));
  signing::SignedObjects made;
  {
    signing::KeyRingStore ring =
        TRY(signing::KeyRingStore::open_or_make_local(place, session.clock().now()));
    std::unique_ptr<signing::LocalSigner> signer = TRY(signing::LocalSigner::open(
        ring, signing::KeyRole::user, session.clock(), password_source(session)));
    made = TRY(signing::sign_image(manifests, signer->context(), forms));
  }
  for (const signing::SignedObject& object : made.objects)
    if (!object.tag.empty() && TRY(reader_->tagged(object.tag)))
      return fail(ErrorCode::bad_input,
                  fmt::format("the layout has signatures under {} already", object.tag),
                  "one tag holds those of one signing; sign with --evidence-forms bundle");
  oci::Content content = TRY(oci::layout_content(directory_));
  signing::add_to(content, made);
  TRY(oci::write_layout(directory_, content));
  return made;
}

}  // namespace kiln::cli

// SPDX-License-Identifier: Apache-2.0
//
// Signing what a user says about an image, with the user's own key, and putting it beside the
// image. This is apart from the evidence of builds, whose signer takes no statement from anyone.
#pragma once
#include "cli/image_source.hpp"
#include "evidence/signing/signer.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace kiln::cli {

// An image in a layout or a registry that is to get something more.
class SignableImage {
 public:
  // `image` says which, where the layout holds several (oci::is_called). Fails with unsupported,
  // and a hint, on an archive.
  static Result<SignableImage> open(Session& session, const std::string& word,
                                    const std::optional<std::string>& image);

  const oci::ImageReader& reader() const { return *source_.reader; }
  // The image index, or the manifest where there is none, and then the manifest of each platform.
  // Fails with bad_input when there are several images.
  Result<std::vector<oci::Descriptor>> manifests() const;

  // What simple signing calls the image: its repository, when it is in a registry.
  std::string name() const { return source_.reference ? source_.reference->name() : ""; }

  // Signs with the user's key, logs, and writes what was made beside the image: the layout anew, or
  // the new objects into the repository. The image and what lies beside it stay as they are; a tag
  // that has signatures already gets ours beside them. `key` is another key than that of the key
  // ring, in the words of open_key_source.
  Result<signing::SignedObjects> sign(std::span<const signing::Signed> manifests,
                                      std::span<const signing::Form> forms, Session& session,
                                      const std::optional<std::string>& key = std::nullopt);

 private:
  static Result<signing::SignedObjects> make(std::span<const signing::Signed> manifests,
                                             std::span<const signing::Form> forms, Session& session,
                                             const std::optional<std::string>& key);
  SignableImage(ImageSource source, std::string image)
      : source_(std::move(source)), image_(std::move(image)) {}
  Result<> write(const signing::SignedObjects& made) const;
  Result<> send(const signing::SignedObjects& made, Session& session) const;
  Result<> send_once(const signing::SignedObjects& made, Session& session) const;
  ImageSource source_;
  std::string image_;  // which one; may be empty
};

}  // namespace kiln::cli

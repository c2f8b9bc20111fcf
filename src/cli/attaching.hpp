// SPDX-License-Identifier: Apache-2.0
//
// Signing what a user says about an image, with the user's own key, and putting it beside the
// image. This is apart from the evidence of builds, whose signer takes no statement from anyone.
#pragma once
#include "cli/session.hpp"
#include "evidence/signing/signer.hpp"
#include "oci/reader.hpp"

#include <span>
#include <string>
#include <vector>

namespace kiln::cli {

// A layout that is to get something more.
class OpenLayout {
 public:
  // Fails with unsupported, and a hint, on anything but a layout directory.
  static Result<OpenLayout> open(const std::string& path);

  const oci::ImageReader& reader() const { return *reader_; }
  // The image index, or the manifest where there is none, and then the manifest of each platform.
  // Fails with bad_input when the layout holds several images.
  Result<std::vector<oci::Descriptor>> manifests() const;

  // Signs with the user's key, logs, and writes the layout anew with what was made. The image and
  // what lies beside it stay as they are.
  Result<signing::SignedObjects> sign(std::span<const signing::Signed> manifests,
                                      std::span<const signing::Form> forms, const Session& session);

 private:
  OpenLayout(Path directory, std::unique_ptr<oci::ImageReader> reader)
      : directory_(std::move(directory)), reader_(std::move(reader)) {}
  Path directory_;
  std::unique_ptr<oci::ImageReader> reader_;
};

}  // namespace kiln::cli

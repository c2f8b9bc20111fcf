// SPDX-License-Identifier: Apache-2.0
//
// The statements that lie beside an image, in every form that `kiln verify` reads, before anything
// of them is believed.
#pragma once
#include "evidence/signing/dsse.hpp"
#include "evidence/signing/statement.hpp"
#include "oci/reader.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kiln::cli {

struct Attested {
  Digest subject;                             // the manifest that it is attached to
  std::string form;                           // "bundle", "envelope", "unsigned statement"
  std::string where;                          // "referrer sha256:...", "tag sha256-....att"
  std::string by;                             // whose it says to be: "key sha256:...", "nobody"
  std::optional<Digest> bundle;               // of the bytes of a bundle
  std::optional<signing::Envelope> envelope;  // none for a statement without a signature of its own
  signing::Statement statement;
};

// Of all images that a place holds, or of those that `called` names (oci::is_called); with a
// platform, what is attached to the manifests of that one alone. What cannot be read as a statement
// is passed over, since anyone may have put it there. Fails with not_found when no image is called
// so, or none is for the platform.
Result<std::vector<Attested>> find_statements(const oci::ImageReader& reader,
                                              std::string_view called,
                                              const std::optional<model::Platform>& platform = {});

}  // namespace kiln::cli

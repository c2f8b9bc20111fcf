// SPDX-License-Identifier: Apache-2.0
//
// Clients choose among the entries of an index by what it says of them, and differ in which entries
// they pass over. So an unsigned index may hold nothing that is not accounted for.
#include "evidence/verification/findings.hpp"

#include <fmt/format.h>

namespace kiln::verification {

void check_index(const Findings& findings, Verdict& verdict) {
  const ImageParts& parts = findings.parts;
  for (const oci::ListedImage& image : parts.images) {
    const std::optional<model::Platform>& listed = image.descriptor.platform;
    if (listed && !is_same_machine(*listed, image.config.platform))
      verdict.refuse(
          "index", image.config.platform.str(),
          fmt::format("the index lists {} as {}, and its config says {}",
                      image.descriptor.digest.str(), listed->str(), image.config.platform.str()));
  }
  for (const Stranger& stranger : parts.strangers) {
    std::string text = fmt::format("neither an image nor attestations of one ({})", stranger.what);
    if (findings.judgement.has_signature(parts.root.digest))
      verdict.skip("index", stranger.digest.str(),
                   text + "; the signed index lists it, and it was not looked at");
    else
      verdict.refuse("index", stranger.digest.str(),
                     text + ": clients may run it, and nothing vouches for it",
                     "sign the index, or take it out");
  }
}

}  // namespace kiln::verification

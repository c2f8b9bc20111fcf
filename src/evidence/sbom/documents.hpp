// SPDX-License-Identifier: Apache-2.0
//
// The documents of a build, remembered, so that a build of what was built before makes none:
//
//   record  kind "sbom-2", key = hex SHA-256 of all that the document is made from, and the format;
//           the 32 bytes of the document's SHA-256, then the document
#pragma once
#include "evidence/sbom/make.hpp"
#include "evidence/sbom/write.hpp"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace kiln::sbom {

// What decides every document of a build: the image, what the lock says of it, and who says it.
Digest build_key(const plan::LockedPlan& locked, const Digest& manifest,
                 const Authorship& authorship);

struct WrittenDocument {
  std::string text;
  Digest digest;

  bool operator==(const WrittenDocument&) const = default;
};

// The documents in these formats, in their order: remembered, or else written from what `make`
// gives, which is called at most once.
Result<std::vector<WrittenDocument>> documents(const Digest& build_key,
                                               std::span<const Format> formats, World& world,
                                               const std::function<Result<Document>()>& make);

}  // namespace kiln::sbom

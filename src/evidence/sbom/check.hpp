// SPDX-License-Identifier: Apache-2.0
//
// Whether a bill of materials and an image agree: every file of the layers is listed with its hash
// and nothing else is; the packages are those of the image's own database; it is about this image.
#pragma once
#include "evidence/sbom/read.hpp"
#include "image/inspect.hpp"

#include <string>
#include <vector>

namespace kiln::sbom {

struct Difference {
  enum class Kind {
    other_image,      // the document is about another manifest
    file_not_listed,  // in the image, not in the document
    file_not_there,   // in the document, not in the image
    other_content,    // in both, with different hashes
    package_not_listed,
    package_not_there,
    contradiction,  // a package has one name or version in its purl and another one beside it
  };
  Kind kind = Kind::other_image;
  std::string what;  // a path with a leading slash, a package, or a digest
  bool operator==(const Difference&) const = default;
};

// "the image has /usr/bin/x, the bill of materials does not": for people.
std::string str(const Difference& difference);

// Empty when both agree. Directories are not listed; links are, with the hash of their text, and
// devices and pipes with that of nothing. What the package database cannot know (Claims::others) is
// a difference in a document of Kiln's, which names no such thing, and not looked at in others.
std::vector<Difference> check(const Claims& claims, const image::ImageView& view);

}  // namespace kiln::sbom

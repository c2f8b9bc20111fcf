// SPDX-License-Identifier: Apache-2.0
//
// The name of an image in a registry (distribution-spec, "Pulling manifests", and the rules that
// docker made for short names):
//
//   reference  = [ host "/" ] repository [ ":" tag ] [ "@" digest ]
//   host       = name [ ":" port ]          the first component when it has a "." or ":", or is
//                                           "localhost"; docker.io when there is none
//   repository = component *( "/" component )
//   component  = 1*alnum *( ( "." / "_" / "__" / 1*"-" ) 1*alnum )     lower case
//   tag        = word *127( word / "." / "-" )
#pragma once
#include "crypto/digest.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace kiln::registry {

struct Reference {
  std::string host;        // "docker.io", "localhost:5000"; lower case
  std::string repository;  // "library/nginx"
  std::string tag;         // empty when only the digest names the image
  std::optional<Digest> digest;

  // Fills in what short names leave out: docker.io, library/, and the tag latest where there is
  // neither tag nor digest. Fails with bad_input, saying which part is wrong.
  static Result<Reference> parse(std::string_view text);
  // The whole name; parse gives the same reference again.
  std::string str() const;
  // "host/repository".
  std::string name() const;
  // What a request asks for: the digest, or else the tag.
  std::string selector() const;

  bool operator==(const Reference&) const = default;
};

// Where a registry's API is: its own host, but for docker.io.
std::string api_host(std::string_view host);

// Whether a text begins with a host of its own, so that it is no short name and hardly a path.
bool names_a_host(std::string_view text);

bool is_repository(std::string_view text);
bool is_tag(std::string_view text);

}  // namespace kiln::registry

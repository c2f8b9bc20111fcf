// SPDX-License-Identifier: Apache-2.0
//
// Something that a statement points to: in-toto's ResourceDescriptor (attestation spec v1), written
// the same way in build records and in predicates.
#pragma once
#include "crypto/digest.hpp"
#include "data/json.hpp"

#include <map>
#include <string>
#include <vector>

namespace kiln::evidence {

struct Resource {
  std::string name;
  std::string uri;
  std::map<std::string, std::string> digest;  // algorithm -> lower-case hexadecimal
  std::string download_location;
  std::string media_type;
  std::map<std::string, std::string> annotations;
  bool operator==(const Resource&) const = default;
};

// {"sha256": hex}, as in-toto writes a digest.
std::map<std::string, std::string> digest_set(const Digest& digest);

// Inverses of each other; empty members are left out. from_json fails (corrupt) on members that a
// ResourceDescriptor does not have, on digests that are none, and when neither name, uri nor digest
// is given.
Json to_json(const Resource& resource);
Result<Resource> resource_from_json(const Json& json);

Json to_json(const std::vector<Resource>& resources);
Result<std::vector<Resource>> resources_from_json(const Json::Array& items);

}  // namespace kiln::evidence

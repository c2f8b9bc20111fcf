// SPDX-License-Identifier: Apache-2.0
//
// What the readers of the formats share (read.hpp says what they give).
#pragma once
#include "evidence/sbom/read.hpp"

namespace kiln::sbom {

// The items of an array member; an absent one has none.
Result<const Json::Array*> items(const Json& json, const MemberPath& path);

// The value of one algorithm in a list of {name_key: algorithm, value_key: hex}; empty for none.
Result<std::string> hash_in(const Json::Array& list, std::string_view name_key,
                            std::string_view algorithm, std::string_view value_key);

// Fails (corrupt) when the path is there already.
Result<> add_file(Claims& claims, std::string path, const Digest& digest);

// What should be in the image, as a document names it.
struct NamedPackage {
  std::string name;
  std::string version;    // may be empty
  std::string purl;       // may be empty
  bool is_aside = false;  // called a source, the system or a file
};

// Adds a package of a distribution by its purl, which scanners go by whatever else it is called,
// and anything else that is not aside to `others`. Fails (corrupt) on a purl that is none.
Result<> add_package(Claims& claims, const NamedPackage& package);

// SPDX 3.0.1 (read_spdx_3.cpp): an object with "@graph".
Result<Claims> read_spdx_3(const Json& json);

}  // namespace kiln::sbom

// SPDX-License-Identifier: Apache-2.0
//
// The images that a layout, archive or repository offers, apart from what is about them.
#pragma once
#include "oci/reader.hpp"

#include <string>
#include <vector>

namespace kiln::publish {

struct Root {
  oci::Descriptor descriptor;
  std::vector<std::string> tags;
  std::vector<std::string> names;  // "registry/repository:tag"
};

// Entries of the reader's index that are not about another, equal ones as one, in their order.
Result<std::vector<Root>> roots(const oci::ImageReader& reader);

// The root that a tag, name or digest picks, or the only one when `wanted` is empty. Fails with
// not_found, naming what there is.
Result<Root> find_root(const oci::ImageReader& reader, const std::string& wanted);

}  // namespace kiln::publish

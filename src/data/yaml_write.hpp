// SPDX-License-Identifier: Apache-2.0
//
// YAML for people to read: block style, two blanks an indent, list items indented below their key,
// quotes only where they are needed, "|" for text of several lines. It is the layout that the
// definitions of the DHI catalog have.
#pragma once
#include "data/yaml.hpp"

#include <string>

namespace kiln {

// The text that parse_yaml reads back as an equal node. Strings get the quotes they need; other
// scalars are written as they are.
std::string write_yaml(const YamlNode& node);

}  // namespace kiln

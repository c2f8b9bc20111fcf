// SPDX-License-Identifier: Apache-2.0
//
// The one reverse-DNS prefix of Kiln's labels, annotations, media types and predicate types.
#pragma once
#include <string>
#include <string_view>

namespace kiln::model {

inline constexpr std::string_view k_namespace = "dev.kiln";

// "dev.kiln.image.<name>": a label of our own.
inline std::string label(std::string_view name) {
  return std::string(k_namespace) + ".image." + std::string(name);
}

}  // namespace kiln::model

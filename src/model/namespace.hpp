// SPDX-License-Identifier: Apache-2.0
//
// The one reverse-DNS prefix of Kiln's labels, annotations and media types, and the one base of its
// URIs: predicate types, build types, builder ids.
#pragma once
#include <string>
#include <string_view>

namespace kiln::model {

inline constexpr std::string_view k_namespace = "dev.kiln";
inline constexpr std::string_view k_uri_base = "https://kiln.dev";

// "dev.kiln.image.<name>": a label of our own.
inline std::string label(std::string_view name) {
  return std::string(k_namespace) + ".image." + std::string(name);
}

}  // namespace kiln::model

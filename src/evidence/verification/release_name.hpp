// SPDX-License-Identifier: Apache-2.0
//
// Comparing the name that an image is asked for by with the names that a log says it came out
// under. A mirror has the repository under another host, so the host decides only between names
// that are alike in all else.
#pragma once
#include <string>
#include <string_view>

namespace kiln::verification {

struct ReleaseName {
  std::string host;        // empty where the name has none
  std::string repository;  // "team/app"
  std::string tag;         // empty where the name has none
};

// The parts of "registry.example/team/app:1"; docker.io and its library/ are left away, as people
// leave them away.
ReleaseName split_name(std::string_view text);

}  // namespace kiln::verification

// SPDX-License-Identifier: Apache-2.0
//
// The distribution that a definition is built from. The frontend's tag ("# syntax=...") does not
// say it; os-release and repositories do.
#pragma once
#include "data/yaml.hpp"

#include <expected>
#include <string>

namespace kiln::definition {

struct Definition;

struct Target {
  std::string distro;    // "debian" or "alpine"
  std::string codename;  // "trixie"; empty for Alpine, whose releases have none
  std::string version;   // "13"; of Alpine two parts, "3.24"

  // What the distribution's archives call the release.
  const std::string& release() const { return codename.empty() ? version : codename; }
  std::string str() const { return distro + "-" + version; }  // "debian-13"
  bool operator==(const Target&) const = default;
};

struct TargetMistake {
  Position where;
  std::string message;
  std::string advice;
};

// The target of an image or package. The distribution is `os-release.id`, or the first known one
// of `id-like`, or what the repositories look like; the release is `version-codename` or
// `version-id` when the id itself is the distribution's, else the first repository's.
std::expected<Target, TargetMistake> find_target(const Definition& definition);

}  // namespace kiln::definition

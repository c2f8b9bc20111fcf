// SPDX-License-Identifier: Apache-2.0
//
// The distribution that a definition is built from.
#pragma once
#include <string>

namespace kiln::definition {

struct Target {
  std::string distro;    // "debian" or "alpine"
  std::string codename;  // "trixie"; empty for Alpine, whose releases have none
  std::string version;   // "13", "3.24"

  std::string str() const { return distro + "-" + version; }  // "debian-13"
  bool operator==(const Target&) const = default;
};

}  // namespace kiln::definition

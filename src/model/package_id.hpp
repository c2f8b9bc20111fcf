// SPDX-License-Identifier: Apache-2.0
//
// The name of one package of one version for one architecture, in the distribution's own words.
#pragma once
#include <string>

namespace kiln::model {

struct PackageId {
  std::string name;
  std::string version;       // complete, with epoch
  std::string architecture;  // "amd64", "all", "x86_64", "noarch"

  // "curl 8.14.1-2 (amd64)": for people.
  std::string str() const { return name + " " + version + " (" + architecture + ")"; }
  auto operator<=>(const PackageId&) const = default;
};

}  // namespace kiln::model

// SPDX-License-Identifier: Apache-2.0
//
// Packages as their databases describe them, put into a document: sorted, with their sources, and
// with the dependencies that hold among them.
#pragma once
#include "evidence/sbom/document.hpp"
#include "packages/distribution.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::sbom {

struct Listed {
  Package package;
  Source source;
  std::vector<packages::Dependency> depends;  // groups of alternatives
  std::vector<packages::Provided> provides;
  std::map<std::string, LicenceText> texts;  // by the "LicenseRef-..." that its licences name
  const packages::Distribution* distribution = nullptr;  // whose rules its relations follow
};

// A package as its distribution describes it.
Listed listed_from(packages::Description description, const packages::Distribution& distribution);

// "Debian GCC Maintainers <debian-gcc@lists.debian.org>"; mailing lists and teams count as
// organisations.
Party parse_party(std::string_view text);

// Fills `packages` and `sources`, each package's source and dependencies, from packages in any
// order. A group of alternatives becomes a dependency on the first that is there.
void put_packages(Document& document, std::vector<Listed> list);

// What /etc/os-release says (os-release(5)).
OperatingSystem parse_os_release(std::string_view text);

}  // namespace kiln::sbom

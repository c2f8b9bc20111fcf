// SPDX-License-Identifier: Apache-2.0
//
// One writer a format family, and what they share.
#pragma once
#include "evidence/sbom/identifiers.hpp"
#include "evidence/sbom/write.hpp"

#include <set>
#include <string>
#include <string_view>

namespace kiln::sbom {

std::string write_spdx_2(const Document& document);
std::string write_spdx_3(const Document& document);
// `format` is one of the two of CycloneDX.
std::string write_cyclonedx(const Document& document, Format format);

// "Person: Name (mail)" or "Organization: Name (mail)"; "NOASSERTION" for nobody.
std::string spdx_party(const Party& party);

// Where a file comes from and what changed it, and what a link leads to, in words:
// "definition paths[3] at image/x.yaml:12:5; modified by effect y; symbolic link to z". Empty for a
// plain file of a package.
std::string file_remark(const File& file, const Document& document);

// What there is to say of a package in words: where the definition asks for it, and which commit of
// its distribution's packaging it was built from.
std::string package_remark(const Package& package);

// The conjunction of the packages' licences, the LicenseRefs included; empty when one is unknown.
std::string licences_together(const Document& document);

// The licences of a source package, which the copyright files of what was built of it speak of.
const Licences& licences_of_source(const Document& document, size_t source);

// The LicenseRefs that an expression names.
std::set<std::string> licence_references(std::string_view expression);

// The text, or NOASSERTION.
inline std::string_view or_none(std::string_view text) {
  return text.empty() ? std::string_view("NOASSERTION") : text;
}

// The packages that the image needs itself: those that the definition asks for, and as many more as
// it takes for every package to be reached by way of dependencies. Sorted.
std::vector<size_t> needed_by_image(const Document& document);

}  // namespace kiln::sbom

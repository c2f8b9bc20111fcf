// SPDX-License-Identifier: Apache-2.0
//
// Package URLs (https://github.com/package-url/purl-spec) as syft, grype and trivy make and read
// them: for Debian
// "pkg:deb/debian/libssl3t64@3.5.1-1?arch=amd64&distro=debian-13&upstream=openssl", where
// `upstream` is there when the source's name or version differs, with "@version" when that does.
#pragma once
#include "evidence/sbom/document.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kiln::sbom {

// One URL of its parts; `qualifiers` must be sorted by name, empty ones are left out.
std::string purl(std::string_view type, std::string_view space, std::string_view name,
                 std::string_view version,
                 const std::vector<std::pair<std::string_view, std::string>>& qualifiers);

struct PurlParts {
  std::string type;
  std::string space;
  std::string name;
  std::string version;
  std::map<std::string, std::string> qualifiers;
};

// The inverse; subpaths are dropped. Fails with corrupt on what is no package URL.
Result<PurlParts> parse_purl(std::string_view text);

std::string purl_of(const Package& package, const Document& document);
// The source package as purl-spec has it ("arch=source"): for places where scanners do not take it
// for an installed package.
std::string purl_of(const Source& source, const Document& document);
// The source package as a thing that lies at its URL, if that is known: for places where scanners
// would.
std::string download_purl_of(const Source& source);
// Whether a source's URL is one of version control ("git+https://...") and not of a file.
bool is_version_control(std::string_view url);
// "pkg:oci/nginx@sha256%3A...?arch=amd64&repository_url=..."
std::string purl_of(const Image& image);

}  // namespace kiln::sbom

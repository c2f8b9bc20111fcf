// SPDX-License-Identifier: Apache-2.0
//
// The short names that Debian copyright files give to licences (DEP-5 and what maintainers write
// beyond it), in SPDX's words.
#pragma once
#include <string>
#include <string_view>

namespace kiln::sbom {

// The SPDX identifier, perhaps with an exception ("GPL-2.0-or-later WITH Bison-exception-2.2"), of
// a short name; empty when the name does not tell which licence it is.
std::string spdx_name(std::string_view debian_name);

// The family that a name with a remark belongs to, as "BSD-3-clause" of "BSD-3-clause~Google": what
// it claims, to be checked against its text. Empty when the name has no remark.
std::string_view name_without_remark(std::string_view debian_name);

// "LicenseRef-NAME-DIGEST" for a licence that SPDX has no identifier for; the digest is its text's.
std::string licence_reference(std::string_view name, std::string_view text);

}  // namespace kiln::sbom

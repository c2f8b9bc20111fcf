// SPDX-License-Identifier: Apache-2.0
//
// One entry of a `packages` list:
//
//   entry   = [ "!" ] name [ "@" tag ] [ ( "=" | "~" ) version ]
//   name    = letters, digits, "+" "-" "." "_" ":" "/" and ${VARIABLES}
//   tag     = letters, digits, "+" "-" "." "_" and ${VARIABLES}
//   version = letters, digits, "+" "-" "." "_" ":" "~" and ${VARIABLES}
//
// "=" asks for exactly that version, "~" (Alpine) for a version that begins with it, "!" keeps the
// package out even where another depends on it. A ":" in the name is Alpine's provider syntax
// ("cmd:resolvconf", "so:libc.musl-x86_64.so.1"). A tag (an extension, Alpine) allows packages of
// the repositories that have it; it stays part of the request's name, and `!` takes none.
#pragma once
#include "base/result.hpp"

#include <string>
#include <string_view>

namespace kiln::definition {

enum class VersionMatch { none, equal, fuzzy };

struct PackageRequest {
  bool excluded = false;
  std::string name;
  VersionMatch match = VersionMatch::none;
  std::string version;  // empty iff match is none

  // The text that parse_package_request reads back as the same request.
  std::string str() const;
  bool operator==(const PackageRequest&) const = default;
};

// Reads one entry; the error (bad_input) says what is wrong with it.
Result<PackageRequest> parse_package_request(std::string_view text);

}  // namespace kiln::definition

// SPDX-License-Identifier: Apache-2.0
//
// The one-line form of sources.list(5), in which definitions name further archives:
//
//   line   = "deb" ["[" *option "]"] uri suite *component
//   option = name ("=" / "+=" / "-=") value *("," value)
//
// A suite that ends with "/" is a directory of a flat archive and has no components. Options that
// would switch verification off are refused.
#pragma once
#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kiln::packages::deb {

struct SourceLine {
  std::string uri;  // http, https or file
  std::string suite;
  std::vector<std::string> components;     // empty for a flat archive
  std::vector<std::string> architectures;  // of the option arch; empty means all
  std::vector<std::string> signed_by;      // paths of keyrings or fingerprints
  bool check_valid_until = true;

  bool operator==(const SourceLine&) const = default;
};

// Reads one line; "$(ARCH)" in the suite becomes `architecture`. Fails (bad_input) with what is
// wrong and what would be right.
Result<SourceLine> parse_source_line(std::string_view line, std::string_view architecture);

}  // namespace kiln::packages::deb

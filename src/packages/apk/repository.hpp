// SPDX-License-Identifier: Apache-2.0
//
// Lines of /etc/apk/repositories: [ "@" tag " " ] url. Below the URL lie
// <architecture>/APKINDEX.tar.gz and the packages.
#pragma once
#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kiln::packages::apk {

struct Repository {
  std::string url;  // without a slash at its end; a path becomes a file URL
  std::string tag;  // without "@"; packages of a tagged repository are taken only where it is named
  // Where the same repository is asked for instead, in order of preference; empty: at `url`.
  std::vector<std::string> mirrors = {};

  bool operator==(const Repository&) const = default;
};

// Fails with bad_input on a line that is none.
Result<Repository> parse_repository(std::string_view line);

}  // namespace kiln::packages::apk

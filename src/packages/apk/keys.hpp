// SPDX-License-Identifier: Apache-2.0
//
// The RSA keys that sign Alpine's indexes and packages. A signature names its key by file name, as
// in "alpine-devel@lists.alpinelinux.org-6165ee59.rsa.pub"; it is trusted if we have that name.
#pragma once
#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::packages::apk {

struct NamedKey {
  std::string name;  // file name
  std::string pem;
  std::vector<std::string> architectures = {};  // whose repositories it may sign; empty: all

  bool is_for(std::string_view architecture) const {
    return architectures.empty() ||
           std::ranges::find(architectures, architecture) != architectures.end();
  }
};

// The keys of the package alpine-keys 2.4, each for the architectures that it has there; see
// docs/decisions/alpine-keys.md.
std::span<const NamedKey> embedded_keys();

}  // namespace kiln::packages::apk

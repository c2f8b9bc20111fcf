// SPDX-License-Identifier: Apache-2.0
//
// The RSA keys that sign Alpine's indexes and packages. A signature names its key by file name, as
// in "alpine-devel@lists.alpinelinux.org-6165ee59.rsa.pub"; it is trusted if we have that name.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::packages::apk {

struct NamedKey {
  std::string name;  // file name
  std::string pem;
};

// The keys of the package alpine-keys 2.4, all architectures; see
// docs/decisions/alpine-keys.md.
std::span<const NamedKey> embedded_keys();

}  // namespace kiln::packages::apk

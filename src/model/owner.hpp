// SPDX-License-Identifier: Apache-2.0
//
// Who put a file of an image there. Every file has one owner and a list of what modified it; a
// directory has a list of owners.
#pragma once
#include <string>

namespace kiln::model {

struct Owner {
  enum class Kind {
    package,     // name: the package's name
    effect,      // name: a row of the native-effects table, "ca-certificates"
    definition,  // name: the part of the definition, "paths[3]", "accounts", "os-release"
  };
  Kind kind = Kind::package;
  std::string name;

  // "package libc6", "effect ld.so.cache", "definition paths[3]": for people, and parsed back.
  std::string str() const;
  auto operator<=>(const Owner&) const = default;
};

}  // namespace kiln::model

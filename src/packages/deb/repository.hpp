// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "packages/deb/release.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kiln::packages::deb {

// One suite of an archive as it was asked for.
struct Repository {
  std::vector<std::string> mirrors;     // base URLs of the same archive, tried in their order
  std::string suite;                    // "trixie-security"; ends with "/" when the archive is flat
  std::vector<std::string> components;  // none for a flat archive
  std::vector<std::string> keys;        // OpenPGP public keys, armored or not; any one may sign
  std::string label;                    // for messages: "debian"
  std::optional<int> pin_priority;      // 500 when absent, less if the Release file asks for it
  bool check_valid_until = true;
  bool check_suite = true;  // refuse a Release file that is another suite's

  bool flat() const { return suite.ends_with('/'); }
  std::string str() const { return label + " " + suite; }  // "debian trixie-security"
};

}  // namespace kiln::packages::deb

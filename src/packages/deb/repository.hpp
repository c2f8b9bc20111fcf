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
  // Which archive it is, on whatever mirror: "host/path" as the entry names it. Empty: the label
  // says.
  std::string place;
  std::optional<int> pin_priority;  // 500 when absent, less if the Release file asks for it
  bool check_valid_until = true;
  // Leave it out, and tell so, where its Release file does not have the architecture: the security
  // archive stops serving some machines before the release itself does.
  bool may_lack_architecture = false;
  bool check_suite = true;  // refuse a Release file that is another suite's

  bool flat() const { return suite.ends_with('/'); }
  std::string str() const { return label + " " + suite; }  // "debian trixie-security"
};

}  // namespace kiln::packages::deb

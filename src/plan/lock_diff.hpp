// SPDX-License-Identifier: Apache-2.0
//
// What a new lock changes, and why: for `lock --update`, review and release notes.
#pragma once
#include "plan/lock.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kiln::plan {

enum class ChangeKind {
  added,       // a package that was not there
  removed,     // a package that is not there any more
  upgraded,    // a newer version
  downgraded,  // an older version
  rebuilt,     // the same version with other bytes
  source,      // a local source: new, gone or changed
  policy,      // a numbered policy or the encoder
  definition,  // the normalised definition
  repository,  // what a dev image is to configure: an entry, or a key by its file name
  moment,      // SOURCE_DATE_EPOCH
  plan,        // anything else that the plan's digest covers
};

std::string_view str(ChangeKind kind);

struct Change {
  std::string platform;
  ChangeKind kind = ChangeKind::added;
  std::string name;  // package, path of a source, policy, member of the definition or of the plan
  std::string before;
  std::string after;
  std::string why;

  // "upgraded openssl 3.5.1-1 -> 3.5.1-1+deb13u1: ...": for people.
  std::string str() const;
  bool operator==(const Change&) const = default;
};

// The changes from one lock to another, platform by platform, packages first and by name. It is
// empty only when both have the same platforms, with plans of the same digest.
std::vector<Change> diff(const Lock& before, const Lock& after);

}  // namespace kiln::plan

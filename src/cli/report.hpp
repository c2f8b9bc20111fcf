// SPDX-License-Identifier: Apache-2.0
//
// What a build prints about an image that came out.
#pragma once
#include "data/json.hpp"
#include "plan/lock.hpp"
#include "rootfs/rootfs.hpp"

#include <string>
#include <vector>

namespace kiln::cli {

struct Report {
  size_t packages = 0;
  size_t files = 0;
  std::vector<std::string> setuid;            // paths of setuid and setgid files
  std::vector<std::string> shells;            // paths
  std::vector<std::string> package_managers;  // names
  std::string user;                           // as containers run it; empty is root
  std::vector<plan::LockedScript> scripts;    // every maintainer script, accounted for
  std::vector<std::string> warnings;

  size_t scripts_not_understood() const;
};

Report make_report(const plan::Plan& plan, const rootfs::Rootfs& rootfs);

// Inverses of each other; kept by the store with a finished image.
Json to_json(const Report& report);
Result<Report> report_from_json(const Json& json);

}  // namespace kiln::cli

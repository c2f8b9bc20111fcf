// SPDX-License-Identifier: Apache-2.0
//
// .PKGINFO, what an apk says of itself (apk-package(5)):
//
//   info = *(key " = " value LF / "#" comment LF / LF)
//
// `depend`, `provides`, `replaces`, `install_if` and `triggers` may stand several times.
#pragma once
#include "base/result.hpp"
#include "base/time.hpp"
#include "model/package_id.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::packages::apk {

struct PackageInfo {
  model::PackageId id;  // pkgname, pkgver, arch ("noarch" where an index may say x86_64)
  std::string description;
  std::string url;
  std::string licence;  // an SPDX expression, as the package has it
  std::string origin;   // the aport; the name itself when not given
  std::string maintainer;
  std::string packager;
  std::string commit;  // of aports, hexadecimal
  UnixTime build_date = 0;
  uint64_t size = 0;     // bytes when installed
  std::string datahash;  // SHA-256 of the data segment, hexadecimal
  std::string provider_priority;
  std::string replaces_priority;
  std::vector<std::string> depends;
  std::vector<std::string> provides;
  std::vector<std::string> replaces;
  std::vector<std::string> install_if;
  std::vector<std::string> triggers;  // paths, "/usr/share/glib-2.0/schemas"
};

// Unknown keys are passed over. Fails with corrupt when name, version or architecture is missing or
// could not be part of a path, or a number is none.
Result<PackageInfo> parse_package_info(std::string_view text);

}  // namespace kiln::packages::apk

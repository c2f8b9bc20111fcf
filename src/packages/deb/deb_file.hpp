// SPDX-License-Identifier: Apache-2.0
//
// The parts of a .deb, checked but not decoded:
//
//   deb = ar("debian-binary", "control.tar" [suffix], "data.tar" [suffix])
//
// in this order; the first holds "2.<minor>\n"; members whose names begin with "_" may stand
// anywhere behind it and are passed over.
#pragma once
#include "codec/decompress.hpp"
#include "packages/unpacked.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::packages::deb {

struct DebParts {
  std::string_view control;
  Compression control_compression = Compression::none;
  std::string_view data;
  Compression data_compression = Compression::none;
};

// Views into the file's bytes. Fails with corrupt, or unsupported for another major version.
Result<DebParts> read_deb(std::string_view file);

// The members of the control archive by name; among them always "control".
Result<std::map<std::string, std::string>> read_control(const DebParts& parts);

// Name, version and architecture as the control file has them.
Result<model::PackageId> read_id(std::string_view control_file);

}  // namespace kiln::packages::deb

// SPDX-License-Identifier: Apache-2.0
//
// The ar archives that .deb packages are (deb(5), the "common" format without long names):
//
//   archive = "!<arch>\n" *member
//   member  = name[16] mtime[12] uid[6] gid[6] mode[8] size[10] "`\n" data [ "\n" when odd ]
//
// All fields are text padded with blanks; a name may end with "/".
#pragma once
#include "base/result.hpp"

#include <string_view>
#include <vector>

namespace kiln {

struct ArMember {
  std::string_view name;
  std::string_view data;
};

// The members in their order, as views into `archive`. Fails with corrupt on anything that does
// not follow the grammar, with limit on more than 64 members.
Result<std::vector<ArMember>> read_ar(std::string_view archive);

}  // namespace kiln

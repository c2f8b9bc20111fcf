// SPDX-License-Identifier: Apache-2.0
//
// Effects that need no code: files, directories and links that a package's postinst makes when it
// is first installed, as rows of a table.
#pragma once
#include "rootfs/effects/effect.hpp"

#include <string_view>

namespace kiln::rootfs {

struct SimpleFile {
  enum class Kind {
    directory,  // made when absent
    file,       // with `text`, made when absent
    copy,       // of the file `text`, made when absent
    link,       // to `text`, made when absent
    ownership,  // of what the package ships
  };
  std::string_view package;  // the effect's name as well
  Kind kind;
  std::string_view path;
  std::string_view text = {};
  uint32_t mode = 0755;
  std::string_view user = "root";
  std::string_view group = "root";
  std::string_view codename = {};  // only in this release; with '!' before it: in all others
  int since = 1;                   // the first effects policy that has it
  bool dev = false;                // only in dev images
};

// Runs the rows of the system's table (System::simple_files) whose package is there.
Result<> make_simple_files(Scene& scene);

}  // namespace kiln::rootfs

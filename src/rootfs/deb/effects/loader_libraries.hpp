// SPDX-License-Identifier: Apache-2.0
//
// The libraries that ldconfig(8) would find in a tree: the directories of /etc/ld.so.conf and the
// loader's own, and in each the shared objects under the names that programs may ask for.
#pragma once
#include "rootfs/effects/effect.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::rootfs::deb {

struct Library {
  std::string name;       // what programs ask for: "libz.so.1"
  std::string directory;  // as it is configured: "/lib/x86_64-linux-gnu"
  std::string file;       // the file in it: "libz.so.1.3.1"
  uint32_t flags = 0;     // of its cache entry
  bool is_link = false;   // found through a link that need not be made
};

// In the order in which ldconfig adds them. Warns of glibc-hwcaps directories, which are left out.
Result<std::vector<Library>> find_libraries(Scene& scene);

// ldconfig's order of names (glibc's _dl_cache_libcmp): digits compare as numbers.
int compare_library_names(std::string_view a, std::string_view b);

}  // namespace kiln::rootfs::deb

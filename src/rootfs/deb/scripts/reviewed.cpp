// SPDX-License-Identifier: Apache-2.0
#include "rootfs/deb/scripts/reviewed.hpp"

namespace kiln::rootfs::deb {

const ReviewedScript* find_review(std::string_view package, std::string_view script,
                                  std::string_view digest, int effects_policy) {
  for (auto part : {reviewed_base(), reviewed_languages(), reviewed_java(), reviewed_services()}) {
    for (const ReviewedScript& row : part) {
      if (row.digest == digest && row.package == package && row.script == script &&
          row.since <= effects_policy)
        return &row;
    }
  }
  return nullptr;
}

}  // namespace kiln::rootfs::deb

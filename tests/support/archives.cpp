// SPDX-License-Identifier: Apache-2.0
#include "support/archives.hpp"

#include <fmt/format.h>

namespace kiln::testing {

std::string ar_bytes(const std::vector<std::pair<std::string, std::string>>& members) {
  std::string archive = "!<arch>\n";
  for (const auto& [name, data] : members) {
    archive +=
        fmt::format("{:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", name, 0, 0, 0, "100644", data.size());
    archive += data;
    if (data.size() % 2 != 0) archive += '\n';
  }
  return archive;
}

}  // namespace kiln::testing

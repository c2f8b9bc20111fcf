// SPDX-License-Identifier: Apache-2.0
#include "e2e/alpine_repository.hpp"

#include "e2e/kiln_program.hpp"
#include "support/shared_data.hpp"

namespace kiln::testing {

std::string no_alpine() {
  if (!shared_file("alpine/iso")) return "../shared/alpine is not here";
  if (native_platform() != "linux/amd64") return "the packages of ../shared/alpine are for amd64";
  return {};
}

std::vector<std::string> alpine_flags(const std::string& repository, const std::string& release) {
  std::string alpine = "https://dl-cdn.alpinelinux.org/alpine/v" + release;
  std::string place = shared_file("alpine/" + repository)->string();
  return {"--rewrite", alpine + "/main=" + place,
          "--rewrite", alpine + "/community=",
          "--rewrite", "https://dhi.io/apk/alpine/v" + release + "/main=" + place};
}

}  // namespace kiln::testing

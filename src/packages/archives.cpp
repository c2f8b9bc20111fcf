// SPDX-License-Identifier: Apache-2.0
#include "packages/archives.hpp"

namespace kiln::packages {

std::string KeyFile::file_name() const {
  std::string_view name = location;
  name = name.substr(0, name.find_first_of("?#"));
  if (size_t slash = name.rfind('/'); slash != std::string_view::npos)
    name.remove_prefix(slash + 1);
  return std::string(name);
}

}  // namespace kiln::packages

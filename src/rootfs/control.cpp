// SPDX-License-Identifier: Apache-2.0
#include "rootfs/control.hpp"

namespace kiln::rootfs {

std::string_view control_member(const packages::UnpackedPackage& package, std::string_view name) {
  auto found = package.control.find(std::string(name));
  return found == package.control.end() ? std::string_view{} : std::string_view(found->second);
}

}  // namespace kiln::rootfs

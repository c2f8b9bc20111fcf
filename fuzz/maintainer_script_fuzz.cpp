// SPDX-License-Identifier: Apache-2.0
//
// Maintainer scripts as text: taking them apart, judging them, reading what they register.
#include "rootfs/deb/scripts/account.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  kiln::packages::UnpackedPackage package;
  package.id = {"p", "1.0", "amd64"};
  std::string text(reinterpret_cast<const char*>(data), size);
  package.control = {{"postinst", text}, {"preinst", text}, {"triggers", text}};
  (void)kiln::rootfs::deb::account_for_scripts(package, 3);
  (void)kiln::rootfs::deb::alternatives_of(package, 3);
  (void)kiln::rootfs::deb::diversions_of(package, 3);
  return 0;
}

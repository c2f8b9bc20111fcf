// SPDX-License-Identifier: Apache-2.0
//
// Accounting for maintainer scripts: none is run and none is passed over in silence. Each script of
// a package gets a verdict, and what the understood ones ask for (alternatives, diversions) is read
// from them.
#pragma once
#include "packages/unpacked.hpp"
#include "rootfs/rootfs.hpp"
#include "rootfs/unpack.hpp"

#include <string>
#include <vector>

namespace kiln::rootfs::deb {

// One for each of preinst, postinst, prerm, postrm, config and triggers that the package has.
std::vector<ScriptAccount> account_for_scripts(const packages::UnpackedPackage& package,
                                               int effects_policy);

// One `update-alternatives --install` of a package.
struct AlternativeChoice {
  struct Slave {
    std::string link;
    std::string name;
    std::string path;
  };
  std::string link;
  std::string name;
  std::string path;
  int priority = 0;
  std::vector<Slave> slaves;
};

// What the package's postinst registers, as far as it is understood; in the script's order.
std::vector<AlternativeChoice> alternatives_of(const packages::UnpackedPackage& package,
                                               int effects_policy);

// What the package's preinst diverts, as far as it is understood.
std::vector<Diversion> diversions_of(const packages::UnpackedPackage& package, int effects_policy);

// Whether its preinst calls dpkg-divert and is not understood.
bool diverts_in_an_unknown_way(const packages::UnpackedPackage& package, int effects_policy);

// The files of tmpfiles.d that its postinst has systemd-tmpfiles(8) make things of.
std::vector<std::string> temporary_files_of(const packages::UnpackedPackage& package);

}  // namespace kiln::rootfs::deb

// SPDX-License-Identifier: Apache-2.0
//
// apk's record of an installed package (apk-tools 2.14):
//
//   entry   = *(letter ":" value LF) *directory LF
//   fields  = C P V A S I T U L o m t c k D p i r q, in this order; those behind L only when given
//   directory = "F:" path LF ["M:" attributes LF] *file
//   file    = "R:" name LF ["a:" attributes LF] ["Z:" checksum LF]
//   attributes = uid ":" gid ":" octal-mode [":" checksum-of-xattrs]
//
// Attributes are left out where they are root's and 0755 (directories) or 0644 (files). A file is
// listed by the package whose file is in the tree.
#pragma once
#include "rootfs/apk/package.hpp"
#include "rootfs/tree.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace kiln::rootfs::apk {

// `file_size`: bytes of the package's file. `depends`: which of its dependencies to list.
Result<std::string> installed_entry(const packages::UnpackedPackage& package, uint64_t file_size,
                                    const std::vector<std::string>& depends, const Tree& tree);

// What stands for extended attributes in `attributes`: "Q1" and the base64 of the SHA-1 over each
// name and value, both with their length (u32, big-endian) before them.
std::string xattrs_checksum(const std::map<std::string, std::string>& xattrs);

}  // namespace kiln::rootfs::apk

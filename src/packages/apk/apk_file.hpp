// SPDX-License-Identifier: Apache-2.0
//
// The segments of a package of apk's format 2 (apk-v2(5)), each a gzip member of its own:
//
//   package   = [signature] control data
//   signature = gzip(tar(".SIGN." algorithm "." key-name), without the tar's end)
//   control   = gzip(tar(".PKGINFO" *script), without the tar's end)
//   data      = 1*gzip(tar(*member))
//
// The chain of trust goes from a signed index over the control segment's SHA-1 (`C:` in the index)
// to the data segment's SHA-256 (`datahash` in .PKGINFO) and each file's SHA-1.
#pragma once
#include "base/result.hpp"

#include <map>
#include <string>
#include <string_view>

namespace kiln::packages::apk {

struct ApkParts {
  // Signatures over the control segment by their member's name ".SIGN.RSA.<key name>".
  std::map<std::string, std::string> signatures;
  std::string_view control;  // compressed
  std::string_view data;     // compressed
  // Members of the control segment by name: ".PKGINFO", ".post-install", ".trigger", ...
  std::map<std::string, std::string> members;

  // "Q1..." of the control segment: what an index and the installed database call the package by.
  std::string checksum() const;
};

// Takes a file apart; the control segment is decoded, the data segment is not looked at. Views are
// into the file's bytes. Fails with corrupt on what is no package, limit on segments that are too
// large when decompressed, and unsupported for the later format 3 (ADB).
Result<ApkParts> read_apk(std::string_view file);

// Fails with unsupported when a file that begins so is a package of format 3.
Result<> check_format(std::string_view beginning);

// Fails with unverified unless the data segment has the SHA-256 that .PKGINFO names.
Result<> check_data(const ApkParts& parts);

}  // namespace kiln::packages::apk

// SPDX-License-Identifier: Apache-2.0
//
// A package decoded once: its payload lies decompressed in the store and is addressed by content;
// what describes it is here, in memory. No tree is written to disk to make an image.
#pragma once
#include "base/time.hpp"
#include "crypto/digest.hpp"
#include "model/file_type.hpp"
#include "model/package_id.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace kiln::packages {

// One member of a payload. `path` is clean (see clean_path); `link` is a symlink's text verbatim,
// or the clean path of a hard link's target.
struct PackageFile {
  std::string path;
  model::FileType type = model::FileType::file;
  uint32_t mode = 0;  // permission bits with setuid, setgid and sticky
  uint32_t uid = 0;
  uint32_t gid = 0;
  UnixTime mtime = 0;
  uint64_t offset = 0;  // of the content in the payload
  uint64_t size = 0;
  Digest sha256;  // of the content; zero for anything but files
  std::string link;
  std::map<std::string, std::string> xattrs;
  uint32_t device_major = 0;
  uint32_t device_minor = 0;
  // Of a file's content or a symlink's text as apk's database writes it ("Q1" and the base64 of a
  // SHA-1), verified; empty where the package has none, so in a .deb and for hard links.
  std::string checksum;
};

struct UnpackedPackage {
  model::PackageId id;
  Digest package;                  // sha256 of the package file
  std::string checksum;            // apk: of the control segment, "Q1..."; else empty
  Digest payload;                  // blob in the store: the decompressed data archive
  std::vector<PackageFile> files;  // in the payload's order
  // Members of the control archive by name: "control", "md5sums", "conffiles", "postinst",
  // "triggers", ...; for apk ".PKGINFO", ".post-install", ...
  std::map<std::string, std::string> control;
};

}  // namespace kiln::packages

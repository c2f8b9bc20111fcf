// SPDX-License-Identifier: Apache-2.0
//
// The list of a repository's packages (apk-index(5)), the member APKINDEX of APKINDEX.tar.gz:
// packages divided by empty lines, a line is a letter, a colon and a value. Beside it lies
// DESCRIPTION, for Alpine's own repositories what `git describe` says of the aports it was made of.
#pragma once
#include "base/result.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::packages::apk {

// One package, as views of the index's text. Relations are not read yet.
struct IndexEntry {
  std::string_view name;           // P
  std::string_view version;        // V
  std::string_view architecture;   // A
  std::string_view checksum;       // C: "Q1" and base64 of the SHA-1 of the control segment
  std::string_view depends;        // D
  std::string_view provides;       // p
  std::string_view install_if;     // i
  std::string_view origin;         // o
  uint64_t size = 0;               // S: bytes of the file
  uint64_t installed_size = 0;     // I: bytes
  uint32_t provider_priority = 0;  // k
};

// Fails (corrupt) and names the line or the package when a line has no colon, a number is none, a
// package lacks its name, version, checksum or size, or it is neither for `architecture` nor for
// all ("noarch"). Unknown letters are passed over.
Result<std::vector<IndexEntry>> parse_index(std::string_view text, std::string_view architecture);

struct IndexFile {
  std::string archive;  // decompressed
  uint64_t begin = 0;   // where the text of APKINDEX lies in it
  uint64_t size = 0;
  // When APKINDEX was written into the archive: the signature covers it. 0 when it does not say.
  UnixTime date = 0;
  std::string description;

  std::string_view text() const { return std::string_view(archive).substr(begin, size); }
};

// What open_signed() gave, taken apart. Fails with corrupt or limit.
Result<IndexFile> read_index_file(std::string_view content);

}  // namespace kiln::packages::apk

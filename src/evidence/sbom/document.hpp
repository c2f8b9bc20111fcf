// SPDX-License-Identifier: Apache-2.0
//
// The bill of materials of one image of one platform as a value: what is in it, from where, under
// which licences, and what owns each file. It is made by from_build() or from_image() (make.hpp)
// and written as SPDX or CycloneDX (write.hpp). docs/sbom.md says where each field comes from.
#pragma once
#include "base/time.hpp"
#include "crypto/digest.hpp"
#include "evidence/sbom/licences/copyright.hpp"
#include "model/file_type.hpp"
#include "model/platform.hpp"
#include "packages/description.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace kiln::sbom {

// A person or organisation; what is not known is empty.
struct Party {
  std::string name;
  std::string email;
  std::string url;
  bool organization = true;
  bool operator==(const Party&) const = default;
};

// SPDX expressions; empty: nothing can be said (NOASSERTION).
struct Licences {
  std::string declared;   // what the authors say
  std::string concluded;  // what Kiln stands for: `declared` where all of it could be read
  std::string holders;    // copyright statements, one a line
};

// A source package of the distribution.
struct Source {
  std::string name;
  std::string version;
  packages::VersionParts parts;
  std::string url;  // of its .dsc, or "git+https://..."; empty when not known
  Party supplier;
};

// A package of the distribution, as it is installed.
struct Package {
  std::string manager;  // "dpkg" or "apk"
  std::string type;     // in package URLs: "deb" or "apk"
  std::string name;
  std::string version;
  std::string architecture;
  std::string summary;
  std::string section;
  std::string commit;            // of the packaging that it was built from; empty when not known
  Party supplier;                // the maintainer in the distribution
  Party originator;              // upstream, as the copyright file names it
  std::string homepage;          // of upstream
  std::string url;               // of the package file; empty when not known
  std::string file_name;         // of the package file
  std::optional<Digest> sha256;  // of the package file
  std::string sha512;            // likewise, hexadecimal; empty when not known
  Licences licences;
  size_t source = 0;            // in Document::sources
  std::vector<size_t> depends;  // in Document::packages, sorted
  std::string requested_at;     // where the definition asks for it; empty for dependencies
  std::string reported_purl;    // what the definition says to report besides
  bool executable = false;      // whether it has programs or libraries
};

// What is not a package: a part of the definition, an effect in place of maintainer scripts, or
// (in images of others) nothing that is known.
struct File {
  std::string path;  // as text, see path_text(); without a leading slash
  model::FileType type = model::FileType::file;
  uint64_t size = 0;
  bool executable = false;
  Digest sha256;                  // of the content; of a link's text; of nothing for other types
  std::array<char, 20> sha1{};    // likewise
  std::string target;             // of symbolic and hard links, as text
  std::optional<size_t> package;  // in Document::packages
  std::string made_by;            // "definition paths[3]", "effect ld.so.cache", or empty
  std::vector<std::string> modifiers;  // the same words, in order
};

struct OperatingSystem {
  std::string id;       // "debian"
  std::string version;  // "13"; may be empty
  std::string name;     // "Debian GNU/Linux 13 (trixie)"
  std::string vendor;   // "Debian GNU/Linux"
  std::string home_url;
};

struct Image {
  std::string name;     // "kiln/nginx", or "image"
  std::string version;  // what the image calls its version; may be empty
  std::string title;
  Digest digest;       // of the manifest
  std::string sha512;  // of the manifest's bytes
  model::Platform platform;
  std::string licences;  // as the image declares them; may be empty
  std::string source_url;
  Party supplier;  // who offers the image, as it says itself
};

struct Document {
  Image image;
  OperatingSystem system;
  UnixTime created = 0;
  Party author;  // of the document
  std::string tool_version;
  bool built_here = false;                    // Kiln built the image: nothing is unknown
  std::vector<Package> packages;              // sorted by name, architecture, version
  std::vector<Source> sources;                // sorted by name, version
  std::vector<File> files;                    // sorted by path; all but directories
  std::vector<size_t> requested;              // packages that the image itself needs, sorted
  std::map<std::string, LicenceText> texts;   // by "LicenseRef-..."
  std::map<std::string, std::string> places;  // "paths[3]" -> "image/x.yaml:12:5"
  std::string definition;                     // its name; empty when there is none
};

}  // namespace kiln::sbom

// SPDX-License-Identifier: Apache-2.0
//
// What a package's /usr/share/doc/<package>/copyright says, in SPDX's words. Machine-readable files
// follow https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/:
//
//   file      = header 1*( empty-lines ( files / licence ) )
//   files     = "Files:" patterns, "Copyright:" lines, "License:" synopsis [ LF text ]
//   licence   = "License:" name LF text
//
// The file speaks of the source package; which of its files went into which binary package it does
// not say. The declared licence is therefore that of all its Files paragraphs together.
#pragma once
#include "base/result.hpp"
#include "store/store.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::sbom {

// A licence that SPDX has no identifier for.
struct LicenceText {
  std::string name;  // as the copyright file calls it
  std::string text;
  bool operator==(const LicenceText&) const = default;
};

struct Copyright {
  std::string declared;  // an SPDX expression; empty when nothing can be said
  // Whether the file is machine-readable and every licence in it was told: then `declared` is also
  // what Kiln concludes.
  bool complete = false;
  std::string holders;                       // the copyright statements, one a line, each once
  std::map<std::string, LicenceText> texts;  // by the "LicenseRef-..." that `declared` names
  std::string upstream_contact;
  std::string upstream_source;
  bool operator==(const Copyright&) const = default;
};

// Reads a copyright file of any form; foreign bytes give, at worst, an empty answer.
Copyright read_copyright(std::string_view text);

// The same, remembered in the store by the file's digest.
Result<Copyright> read_copyright(std::string_view text, const Digest& digest, Store& store);

}  // namespace kiln::sbom

// SPDX-License-Identifier: Apache-2.0
//
// A maintainer script taken apart without running it: debhelper's snippets, each with the tool that
// wrote it, and the rest as logical lines (continuations joined, blanks collapsed, comments and
// empty lines gone).
#pragma once
#include "crypto/digest.hpp"
#include "model/package_id.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kiln::rootfs::deb {

struct Snippet {
  std::string tool;  // "dh_installsystemd"
  std::vector<std::string> lines;
};

struct ScriptText {
  std::vector<Snippet> snippets;
  std::vector<std::string> rest;
};

ScriptText take_apart(std::string_view script);

// The lines with loops over literal words (`for x in a b; do`) written out: the body once for each
// word, with $x replaced. Loops within loops and such of computed words stay as they are.
std::vector<std::string> unrolled(const std::vector<std::string>& lines);

// The identity of a script's rest: the same for every architecture, and for every version of the
// package as long as only the version's own text differs. The first 32 hexadecimal digits of the
// SHA-256 of the lines, with the package's architecture, its multiarch triplet, the loader's name
// and its version replaced by @arch@, @triplet@, @loader@ and @version@.
std::string rest_digest(const ScriptText& text, const model::PackageId& package);

// Whether a line has a pattern's shape: `*` stands for any run of characters that have no meaning
// to a shell (none of ; & | < > $ ( ) ` and no line end); everything else for itself.
bool has_shape(std::string_view pattern, std::string_view line);

// Whether a logical line does nothing by itself: `set -e`, a case label, `fi`, `exit 0`, a test of
// what the script was called for, the message about an unknown argument.
bool is_boilerplate(std::string_view line);

// A literal command's words, quotes removed, up to a list operator or redirection. Empty when the
// line is not that command or a word is not literal.
std::vector<std::string> literal_command(std::string_view line, std::string_view command);

}  // namespace kiln::rootfs::deb

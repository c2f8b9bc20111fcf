// SPDX-License-Identifier: Apache-2.0
//
// The snippets that debhelper's tools put into maintainer scripts, recognised by the tool's name
// and by the shape of every line, so that a snippet that someone edited is not taken for one.
#pragma once
#include "rootfs/deb/scripts/script_text.hpp"
#include "rootfs/rootfs.hpp"

#include <string>
#include <string_view>

namespace kiln::rootfs::deb {

struct SnippetMeaning {
  ScriptAccount::Verdict verdict = ScriptAccount::Verdict::not_understood;
  std::string_view reason;    // why it is needless, or which effect does it
  std::string_view odd_line;  // the first line of another shape; empty when understood
};

SnippetMeaning understand(const Snippet& snippet);

}  // namespace kiln::rootfs::deb

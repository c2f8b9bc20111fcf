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

// Why a snippet that calls systemd-tmpfiles(8) is needless; the effect `tmpfiles` changes the
// account where its files say more than that.
inline constexpr std::string_view k_files_below_run =
    "files below /run are made when a container starts";

struct SnippetMeaning {
  ScriptAccount::Verdict verdict = ScriptAccount::Verdict::not_understood;
  std::string_view reason;    // why it is needless, or which effect does it
  std::string_view odd_line;  // the first line of another shape; empty when understood
};

SnippetMeaning understand(const Snippet& snippet);

}  // namespace kiln::rootfs::deb

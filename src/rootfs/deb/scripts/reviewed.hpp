// SPDX-License-Identifier: Apache-2.0
//
// The maintainer scripts that people have read: what is left of each once snippets and boilerplate
// are gone, by digest, with the verdict. A script that changes loses its row until it is read
// again.
#pragma once
#include "rootfs/rootfs.hpp"

#include <span>
#include <string_view>

namespace kiln::rootfs::deb {

struct ReviewedScript {
  std::string_view package;
  std::string_view script;  // "postinst", "preinst"
  std::string_view digest;  // rest_digest
  ScriptAccount::Verdict verdict;
  std::string_view reason;  // names the effect first when it is done
  // update-alternatives arguments, one command a line, when the script computes them; with
  // @arch@ and @triplet@. A line "for a b: ..." stands for one with each word in place of @i@.
  std::string_view alternatives = {};
  // dpkg-divert's "from to", one a line, relative to the root, with the same placeholders.
  std::string_view diversions = {};
  int since = 1;  // the first effects policy that has it
};

// All rows, in parts.
std::span<const ReviewedScript> reviewed_base();       // the base system and dpkg's world
std::span<const ReviewedScript> reviewed_languages();  // compilers, interpreters, libraries
std::span<const ReviewedScript> reviewed_java();       // OpenJDK
std::span<const ReviewedScript> reviewed_services();   // servers

// The row that an effects policy has for a script, or null.
const ReviewedScript* find_review(std::string_view package, std::string_view script,
                                  std::string_view digest, int effects_policy);

}  // namespace kiln::rootfs::deb

// SPDX-License-Identifier: Apache-2.0
//
// Text for people made from command tables: help pages, the manual page, shell completion.
#pragma once
#include "cli/args.hpp"

#include <span>
#include <string>

namespace kiln::cli {

// What `kiln` alone prints: the commands with a line each.
std::string overview(std::span<const CommandSpec* const> commands);

// The page of `kiln COMMAND --help`.
std::string help_page(const CommandSpec& command);

// kiln(1) in man(7) macros.
std::string manual_page(std::span<const CommandSpec* const> commands);

// A completion script; `shell` is "bash", "zsh" or "fish".
std::string completion(std::span<const CommandSpec* const> commands, std::string_view shell);

}  // namespace kiln::cli

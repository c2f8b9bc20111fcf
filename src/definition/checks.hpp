// SPDX-License-Identifier: Apache-2.0
//
// What the schema alone cannot say: whether the values of a definition make sense, alone and
// together. Every check reports and goes on.
#pragma once
#include "base/files.hpp"
#include "data/schema_read.hpp"
#include "definition/definition.hpp"

namespace kiln::definition {

// All checks that need nothing but the definition.
void check(const Definition& definition, SchemaReader& report);

// Whether the local files that `paths` use are there below `root`.
void check_sources(const Definition& definition, const Path& root, SchemaReader& report);

// In builds, whose relative paths are taken from "/", a relative path is only a warning.
enum class Relative { refused, tolerated };

// The parts of check(), one for each area of the language.
void check_identity(const Definition& definition, SchemaReader& report);  // image, tags, dates, ...
void check_accounts(const AccountsBlock& accounts, SchemaReader& report);
void check_contents(const ContentsBlock& contents, SchemaReader& report);
void check_paths(const std::vector<PathBlock>& paths, Relative relative, SchemaReader& report);
void check_builds(const std::vector<BuildBlock>& builds, SchemaReader& report);
void check_runtime(const Definition& definition, SchemaReader& report);  // entrypoint, ports, ...
void check_track(const std::vector<TrackBlock>& track, SchemaReader& report);

// Whether `mode` is an octal mode of at most 07777, if it was given.
void check_mode(const Text& mode, SchemaReader& report);
// Whether a path is absolute, or begins with a variable, and stays within the root.
void check_path(const Text& path, std::string_view key, Relative relative, SchemaReader& report);

}  // namespace kiln::definition

// SPDX-License-Identifier: Apache-2.0
//
// Advice about definitions that are right by the language: what a careful engineer would ask about.
// Nothing here needs an archive or a package; tree_checks.hpp looks at what comes out.
//
//   rule                severity  says
//   root-user           warning   a runtime image runs as root
//   low-port            warning   a runtime image without root exposes a port below 1024
//   end-of-life         warning   the date in `dates.end-of-life` has passed
//   no-entrypoint       hint      neither entrypoint nor cmd
//   no-description      hint      no org.opencontainers.image.description annotation
//   repository          error     an entry of `repositories` that no archive can be read from
//   shell-form          warning   the entrypoint is one word with blanks: exec form is a list
//   duplicate-tag       error     two definitions of a catalog give the same image the same tag
#pragma once
#include "base/diagnostics.hpp"
#include "base/time.hpp"
#include "definition/definition.hpp"

#include <span>

namespace kiln::lint {

// Checks one definition.
void check_definition(const definition::Definition& definition, UnixTime now,
                      Diagnostics& diagnostics);

// Checks what only a whole catalog can show.
void check_catalog(std::span<const definition::Definition* const> definitions,
                   Diagnostics& diagnostics);

}  // namespace kiln::lint

// SPDX-License-Identifier: Apache-2.0
//
// From what an author wrote to the plain values of one platform.
#pragma once
#include "definition/definition.hpp"
#include "definition/image_spec.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kiln::definition {

// The platforms that a definition names; amd64 and arm64, for checks, when it names none.
std::vector<std::string> platforms(const Definition& definition);

// The ImageSpec of an image for one of its platforms (any known one when it names none): variables
// and expressions replaced, entries for other platforms and with false conditions left out, an
// exclusion dropped where the same name is also listed, repetitions dropped, ports expanded, paths
// made clean. Fails (bad_input) with the place when a value does not make sense once its variables
// are replaced, and (unsupported) for packages and charts.
Result<ImageSpec> resolve(const Definition& definition, std::string_view platform);

// Where each of ImageSpec::paths of that platform was written, in its order.
Result<std::vector<Position>> path_positions(const Definition& definition,
                                             std::string_view platform);

}  // namespace kiln::definition

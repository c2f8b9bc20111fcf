// SPDX-License-Identifier: Apache-2.0
//
// The canonical JSON that TUF signs (OLPC's, as securesystemslib writes it): members sorted, no
// blanks, whole numbers only, and in strings only `"` and `\` escaped: a line end stands as it is,
// unlike in RFC 8785.
#pragma once
#include "data/json.hpp"

namespace kiln::tuf {

// Fails (bad_input) for a number that is not whole.
Result<std::string> olpc_canonical(const Json& value);

}  // namespace kiln::tuf

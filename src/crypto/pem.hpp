// SPDX-License-Identifier: Apache-2.0
//
// PEM (RFC 7468): a block of base64 between two lines that name what it is.
#pragma once
#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kiln {

struct PemBlock {
  std::string label;  // "PUBLIC KEY"
  std::string bytes;
};

// All blocks of a text, in order; what stands between them is passed over, as RFC 7468 section 2
// says. Fails with corrupt on a block that does not end or is not base64, with limit beyond 64 KiB.
Result<std::vector<PemBlock>> parse_pem(std::string_view text);

// The bytes of the only block of a text, which must have this label.
Result<std::string> parse_pem(std::string_view text, std::string_view label);

// One block, in lines of 64 letters.
std::string write_pem(std::string_view label, std::string_view bytes);

}  // namespace kiln

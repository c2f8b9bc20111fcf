// SPDX-License-Identifier: Apache-2.0
//
// An entry of `ports`:   entry = number [ "-" number ] [ "/" ( "tcp" | "udp" | "sctp" ) ]
#pragma once
#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kiln::definition {

// The single ports that an entry stands for, as OCI's ExposedPorts writes them: "80/tcp".
Result<std::vector<std::string>> parse_ports(std::string_view entry);

}  // namespace kiln::definition

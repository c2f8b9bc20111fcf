// SPDX-License-Identifier: Apache-2.0
//
// Spans of time and sizes as people write them on a command line or in the configuration.
#pragma once
#include "base/result.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace kiln {

// "45s", "90m", "12h", "30d"; at most a hundred years.
Result<std::chrono::seconds> parse_age(std::string_view text);

// "90 days", "36 h", "2 min 5 s": an age for people, in its largest units.
std::string human_age(std::chrono::seconds age);

// "500M", "20G", "1T", "4096": bytes, with units of 1024.
Result<uint64_t> parse_size(std::string_view text);

}  // namespace kiln

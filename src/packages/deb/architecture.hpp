// SPDX-License-Identifier: Apache-2.0
//
// Debian's names for machines: its architecture names, the multiarch triplets that its library
// directories carry, and the patterns ("linux-any", "!armel") that relations restrict themselves
// by.
#pragma once
#include "base/result.hpp"
#include "model/platform.hpp"

#include <string>
#include <string_view>

namespace kiln::packages::deb {

// The Debian architecture of an image platform: linux/arm64 is "arm64", linux/arm/v7 "armhf".
// Fails (unsupported) and names those that exist.
Result<std::string> debian_architecture(const model::Platform& platform);

// The platform whose images are made of an architecture's packages; the inverse of the above.
Result<model::Platform> platform_of(std::string_view architecture);

// The directory name below /usr/lib for an architecture's libraries: "x86_64-linux-gnu".
Result<std::string> multiarch_triplet(std::string_view architecture);

// Whether an architecture is meant by a name or wildcard of Debian policy 11.1.1, such as "amd64",
// "any", "linux-any", "any-arm". A leading '!' is the caller's business.
bool matches_architecture(std::string_view pattern, std::string_view architecture);

}  // namespace kiln::packages::deb

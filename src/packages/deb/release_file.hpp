// SPDX-License-Identifier: Apache-2.0
//
// Getting the small files at the head of a suite: conditionally, so that an unchanged one costs a
// round trip and no transfer, and from the store when there is no network.
#pragma once
#include "base/result.hpp"
#include "world/world.hpp"

#include <memory>
#include <string>

namespace kiln::packages::deb {

// The bytes at a URL, at most 32 MiB. Online: what the server has now, from the store when it says
// that this did not change. Offline: what was fetched last, or not_found. The bytes are unverified.
Result<std::string> fetch_release_file(const std::string& url, Patience patience, World& world);

}  // namespace kiln::packages::deb

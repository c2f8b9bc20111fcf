// SPDX-License-Identifier: Apache-2.0
//
// Whether an index may be used today. Its date is that of APKINDEX in the signed archive, which
// Alpine's builders set when they make the index; see docs/decisions/apk-freshness.md.
#pragma once
#include "packages/apk/repository.hpp"
#include "packages/archives.hpp"
#include "world/world.hpp"

#include <string>
#include <string_view>

namespace kiln::packages::apk {

// Fails with unverified on a date in the future, one older than options.greatest_age, or, unless
// options.allow_older, one older than this repository had before; remembers the newest date. An
// index without date (0) passes.
Result<> check_freshness(const Repository& repository, const std::string& architecture,
                         UnixTime date, const ArchiveOptions& options, World& world);

// Fails with unverified when a repository of Alpine's release "v3.19" gives an index that describes
// itself as another release's: one key signs them all. For indexes signed by Alpine's own keys.
Result<> check_release(const Repository& repository, std::string_view description);

// "3.19" where a part of the URL's path is "v3.19"; else empty.
std::string_view release_of_url(std::string_view url);

}  // namespace kiln::packages::apk

// SPDX-License-Identifier: Apache-2.0
//
// Where a definition says something, as locks and bills of materials name it: relative to the
// catalog's root, so that it is the same on every machine.
#pragma once
#include "cli/subjects.hpp"

#include <map>
#include <string>
#include <string_view>

namespace kiln::cli {

// "image/curl/debian-13/8.yaml:34:5"; includes by their own names.
std::string place_of(const Subject& subject, const Position& at);

// The names of the packages that the definition lists, to their places.
std::map<std::string, std::string, std::less<>> package_places(const Subject& subject);

// Says of an error that speaks of one of the definition's repositories where the definition names
// it.
void add_repository_place(Error& error, const Subject& subject, std::string_view distribution);

// "paths[3]", "accounts" and "os-release", for one platform, to their places.
Result<std::map<std::string, std::string>> part_places(const Subject& subject,
                                                       const model::Platform& platform);

}  // namespace kiln::cli

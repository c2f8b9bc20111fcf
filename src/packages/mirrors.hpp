// SPDX-License-Identifier: Apache-2.0
//
// URLs of the same file in an official archive and on its mirrors. Locks are built where other
// mirrors are configured than where they were made, so that both ways are needed.
#pragma once
#include <map>
#include <span>
#include <string>
#include <vector>

namespace kiln::packages {

// Base URLs that stand for an official archive, by its place: "deb.debian.org/debian".
using Mirrors = std::map<std::string, std::vector<std::string>>;

// Where to ask for a file that has these URLs: for one below an official archive or one of its
// mirrors, all its mirrors in order and then itself. Each URL once. The official archive is left
// out when the URLs name one of these mirrors too: they are used instead of it.
std::vector<std::string> with_mirrors(std::span<const std::string> urls, const Mirrors& mirrors);

// The URLs, and after them those in the official archives of which they are below a mirror.
std::vector<std::string> with_official(std::span<const std::string> urls, const Mirrors& mirrors);

}  // namespace kiln::packages

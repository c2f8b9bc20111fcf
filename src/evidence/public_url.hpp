// SPDX-License-Identifier: Apache-2.0
//
// Addresses as evidence may show them. What lies on this machine and what lets someone in must not
// be published: file URLs are left out, and user information and queries (where signed URLs carry
// their secret) are cut off.
#pragma once
#include "plan/lock.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace kiln::evidence {

// The URL without secrets; nothing when it is no http, https, ssh or git URL of another machine.
std::optional<std::string> public_url(std::string_view url);

// Where a git remote lies, as git+https://host/path: URLs, and "user@host:path" as ssh means it.
// Nothing for a remote on this machine.
std::optional<std::string> public_git_remote(std::string_view remote);

// What stands for a place on this machine.
inline constexpr std::string_view k_local_place = "local";

// The rewrite with public URLs and k_local_place.
plan::Rewrite public_rewrite(const plan::Rewrite& rewrite);

// The lock with public URLs alone, to be given away with the image. Its plans are the same.
plan::Lock public_lock(plan::Lock lock);

}  // namespace kiln::evidence

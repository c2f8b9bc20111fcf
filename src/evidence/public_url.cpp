// SPDX-License-Identifier: Apache-2.0
#include "evidence/public_url.hpp"

#include "net/url.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace kiln::evidence {

namespace {

constexpr std::array<std::string_view, 4> k_remote_schemes = {"http", "https", "ssh", "git"};

std::vector<std::string> public_urls(const std::vector<std::string>& urls) {
  std::vector<std::string> kept;
  for (const std::string& url : urls)
    if (std::optional<std::string> shown = public_url(url)) kept.push_back(std::move(*shown));
  return kept;
}

// What stands for a place on this machine in a lock that is given away.
std::string public_or_local(const std::string& url) {
  if (url.empty()) return {};
  return public_url(url).value_or(std::string(k_local_place));
}

}  // namespace

std::optional<std::string> public_url(std::string_view url) {
  Result<Url> parsed = Url::parse(url);
  if (!parsed || std::ranges::find(k_remote_schemes, parsed->scheme) == k_remote_schemes.end())
    return std::nullopt;
  parsed->user_info.clear();
  parsed->query.clear();
  return parsed->str();
}

std::optional<std::string> public_git_remote(std::string_view remote) {
  if (remote.find("://") != std::string_view::npos) {
    std::optional<std::string> url = public_url(remote);
    return url ? std::optional<std::string>("git+" + *url) : std::nullopt;
  }
  // git reads "host:path" as ssh unless a slash stands before the colon.
  size_t colon = remote.find(':');
  if (colon == std::string_view::npos || remote.substr(0, colon).find('/') != remote.npos)
    return std::nullopt;
  std::string_view host = remote.substr(0, colon);
  if (size_t at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
  std::string_view path = remote.substr(colon + 1);
  while (path.starts_with('/')) path.remove_prefix(1);
  std::optional<std::string> url = public_url(fmt::format("ssh://{}/{}", host, path));
  return url ? std::optional<std::string>("git+" + *url) : std::nullopt;
}

plan::Rewrite public_rewrite(const plan::Rewrite& rewrite) {
  return {public_or_local(rewrite.from), public_or_local(rewrite.to)};
}

plan::Lock public_lock(plan::Lock lock) {
  for (plan::LockedPlan& locked : lock.plans) {
    for (plan::Origin& origin : locked.origins) origin.urls = public_urls(origin.urls);
    for (plan::LockedIndex& index : locked.indexes) index.url = public_or_local(index.url);
    for (plan::Rewrite& rewrite : locked.rewrites) rewrite = public_rewrite(rewrite);
  }
  return lock;
}

}  // namespace kiln::evidence

// SPDX-License-Identifier: Apache-2.0
#include "packages/mirrors.hpp"

#include "net/url.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include <fmt/format.h>

namespace kiln::packages {

namespace {

void add_once(std::vector<std::string>& list, std::string url) {
  if (std::ranges::find(list, url) == list.end()) list.push_back(std::move(url));
}

// The address that Kiln itself asks an official archive at.
std::string official_base(const std::string& place) {
  return fmt::format("{}://{}", place.starts_with("deb.debian.org/") ? "http" : "https", place);
}

std::string_view without_slash(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

// "/pool/h/hello.deb" of a URL below the base, whatever the scheme and the user. Locks beside
// images have no user information.
std::optional<std::string> path_below(const Url& url, std::string_view base_text) {
  auto base = Url::parse(base_text);
  if (!base || base->host != url.host || base->port != url.port) return std::nullopt;
  std::string_view path = without_slash(base->path);
  std::string_view rest = url.path;
  if (!rest.starts_with(path) || !rest.substr(path.size()).starts_with('/')) return std::nullopt;
  return std::string(rest.substr(path.size()));
}

// `path` is escaped already.
std::string url_below(const std::string& base_text, const std::string& path) {
  auto base = Url::parse(base_text);
  if (!base) return base_text + path;
  base->path = std::string(without_slash(base->path)) + path;
  return base->str();
}

std::optional<std::string> path_on_mirror(const Url& url, std::span<const std::string> bases) {
  for (const std::string& base : bases)
    if (auto path = path_below(url, base)) return path;
  return std::nullopt;
}

bool any_on_mirror(std::span<const std::string> urls, std::span<const std::string> bases) {
  return std::ranges::any_of(urls, [&](const std::string& text) {
    auto url = Url::parse(text);
    return url && path_on_mirror(*url, bases);
  });
}

}  // namespace

std::vector<std::string> with_mirrors(std::span<const std::string> urls, const Mirrors& mirrors) {
  std::vector<std::string> all;
  for (const std::string& text : urls) {
    auto url = Url::parse(text);
    bool replaced = false;
    for (const auto& [place, bases] : mirrors) {
      if (!url || bases.empty()) continue;
      auto official = path_below(*url, official_base(place));
      auto path = official ? official : path_on_mirror(*url, bases);
      if (!path) continue;
      for (const std::string& base : bases) add_once(all, url_below(base, *path));
      replaced |= official && any_on_mirror(urls, bases);
    }
    if (!replaced) add_once(all, text);
  }
  return all;
}

std::vector<std::string> with_official(std::span<const std::string> urls, const Mirrors& mirrors) {
  std::vector<std::string> all(urls.begin(), urls.end());
  for (const std::string& text : urls) {
    auto url = Url::parse(text);
    if (!url) continue;
    for (const auto& [place, bases] : mirrors)
      if (auto path = path_on_mirror(*url, bases))
        add_once(all, url_below(official_base(place), *path));
  }
  return all;
}

}  // namespace kiln::packages

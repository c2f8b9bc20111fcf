// SPDX-License-Identifier: Apache-2.0
#include "packages/fetch.hpp"

#include "base/strings.hpp"
#include "base/threads.hpp"
#include "net/url.hpp"
#include "world/fetch.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::packages {

namespace {

constexpr size_t k_parallel_requests = 8;

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (size_t place = text.find(what); place != std::string::npos;
       place = text.find(what, place + by.size()))
    text.replace(place, what.size(), by);
}

// What follows "/pool/" in the first of a package's URLs that has it.
std::string pool_path(const FetchItem& item) {
  constexpr std::string_view k_pool = "/pool/";
  for (const std::string& url : item.urls)
    if (size_t place = url.find(k_pool); place != std::string::npos)
      return url.substr(place + k_pool.size());
  return {};
}

std::vector<std::string> snapshot_urls(const FetchItem& item, const FetchOptions& options) {
  std::vector<std::string> urls;
  std::string path = pool_path(item);
  for (std::string url : options.snapshots) {
    if (path.empty() && url.find("{path}") != std::string::npos) continue;
    replace_all(url, "{path}", path);
    replace_all(url, "{sha256}", item.sha256.hex());
    replace_all(url, "{name}", escape_path(item.id.name));
    replace_all(url, "{version}", escape_path(item.id.version));
    replace_all(url, "{architecture}", escape_path(item.id.architecture));
    urls.push_back(std::move(url));
  }
  return urls;
}

// Takes a file of a bundle into the store if its bytes are the right ones.
Result<> take_file(const Path& path, const FetchItem& item, Store& store) {
  auto file = TRY(MappedFile::open(path));
  if (file.bytes().size() != item.size)
    return fail(ErrorCode::unverified,
                fmt::format("{} bytes instead of {}", file.bytes().size(), item.size));
  Store::Writer writer = TRY(store.writer());
  TRY(writer.write(file.bytes()));
  return writer.commit_expecting(item.sha256, item.size, Durability::none);
}

// ".deb" of "curl_8.14.1-2_amd64.deb".
std::string ending_of(const std::string& file_name) {
  size_t dot = file_name.rfind('.');
  return dot == std::string::npos ? std::string() : file_name.substr(dot);
}

Result<bool> take_from_bundles(const FetchItem& item, const FetchOptions& options, World& world,
                               std::vector<std::string>& tried) {
  for (const Path& bundle : options.bundles) {
    for (const std::string& name :
         {item.sha256.hex(), item.sha256.hex() + ending_of(item.file_name), item.file_name}) {
      if (!std::filesystem::is_regular_file(bundle / name)) continue;
      auto taken = take_file(bundle / name, item, world.store);
      if (taken) {
        world.progress.advance(item.size);
        return true;
      }
      if (taken.error().code == ErrorCode::io) return std::unexpected(taken.error());
      tried.push_back(fmt::format("{}: {}", (bundle / name).string(), taken.error().message));
    }
    tried.push_back(fmt::format("not in the bundle {}", bundle.string()));
  }
  return false;
}

std::string advice_for(ErrorCode code, bool offline) {
  if (offline) return "run once without --offline, or give a bundle that has it";
  if (code == ErrorCode::network) return "check the network and the server, and run it again";
  if (code == ErrorCode::not_found)
    return "old packages leave the archive: name a snapshot or a bundle that has it, "
           "or make a new lock";
  return "these are not the bytes that the index or the lock names; try another mirror";
}

std::unexpected<Error> nowhere(const FetchItem& item, const std::vector<std::string>& tried,
                               ErrorCode code, bool offline) {
  std::string where = tried.empty() ? "there is no place to get it from" : join(tried, "; ");
  bool absent = code == ErrorCode::not_found;
  return fail(code,
              fmt::format("package {} ({}) {}: {}", item.id.str(), item.sha256.str(),
                          absent ? "was not found" : "cannot be had", where),
              advice_for(code, offline));
}

Result<> fetch_one(const FetchItem& item, const FetchOptions& options, World& world) {
  TRY(check_stop(world));
  if (world.store.has(item.sha256)) {
    world.progress.advance(item.size);
    return {};
  }
  std::vector<std::string> tried = {"not in the store"};
  if (TRY(take_from_bundles(item, options, world, tried))) return {};
  if (world.offline) return nowhere(item, tried, ErrorCode::not_found, true);
  ErrorCode code = ErrorCode::not_found;
  for (const auto& urls :
       {with_mirrors(item.urls, options.mirrors), snapshot_urls(item, options)}) {
    if (urls.empty()) continue;
    auto fetched = fetch_blob(world, urls, item.sha256, item.size);
    if (fetched) return {};
    ErrorCode failure = fetched.error().code;
    if (failure == ErrorCode::io || failure == ErrorCode::interrupted)
      return std::unexpected(std::move(fetched).error());
    if (code == ErrorCode::not_found) code = failure;
    tried.push_back(fetched.error().str());
  }
  return nowhere(item, tried, code, false);
}

}  // namespace

Result<> fetch(std::span<const FetchItem> items, const FetchOptions& options, World& world) {
  for (const FetchItem& item : items) world.progress.add_total(item.size);
  return parallel_for(items.size(),
                      std::min(k_parallel_requests, std::max<size_t>(items.size(), 1)),
                      [&](size_t i) { return fetch_one(items[i], options, world); });
}

}  // namespace kiln::packages

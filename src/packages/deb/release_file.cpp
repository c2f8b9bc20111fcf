// SPDX-License-Identifier: Apache-2.0
//
// What was fetched last from a URL is a record {"digest", "etag", "last-modified"}; the bytes are a
// blob.
#include "packages/deb/release_file.hpp"

#include "data/json.hpp"
#include "net/url.hpp"

#include <fmt/format.h>

namespace kiln::packages::deb {

namespace {

constexpr std::string_view k_kind = "deb-release-file";
constexpr uint64_t k_greatest_size = 32U << 20;

struct Known {
  std::string bytes;
  std::string etag;
  std::string last_modified;
};

Result<Known> read_known(std::string_view record, Store& store) {
  Json json = TRY(parse_json(record));
  std::string name = TRY(json.get_string("digest"));
  Digest digest = TRY(Digest::parse(name));
  auto blob = TRY(store.map(digest));
  Known known;
  known.bytes = blob->bytes();
  known.etag = TRY(json.get_string_or("etag", ""));
  known.last_modified = TRY(json.get_string_or("last-modified", ""));
  return known;
}

// What is not there or not whole any more counts as not known.
std::optional<Known> find_known(const std::string& key, Store& store) {
  auto record = store.cached(k_kind, key);
  if (record == nullptr) return std::nullopt;
  auto known = read_known(record->bytes(), store);
  if (!known) return std::nullopt;
  return std::move(*known);
}

Result<> remember(const std::string& key, std::string_view bytes, const HttpResponse& response,
                  Store& store) {
  Digest digest = TRY(store.put(bytes));
  Json record = Json::object({{"digest", digest.str()},
                              {"etag", response.etag},
                              {"last-modified", response.last_modified}});
  return store.cache(k_kind, key, canonical(record));
}

}  // namespace

Result<std::string> fetch_release_file(const std::string& url, Patience patience, World& world) {
  std::string key = sha256(url).hex();
  auto known = find_known(key, world.store);
  if (world.offline) {
    if (known) return std::move(known->bytes);
    return fail(
        ErrorCode::not_found,
        fmt::format("{} is not in the store and the network is not to be used", redacted(url)),
        "run once without --offline");
  }
  HttpRequest request;
  request.url = url;
  request.max_size = k_greatest_size;
  request.patience = patience;
  if (known) {
    request.etag = known->etag;
    request.last_modified = known->last_modified;
  }
  auto [response, bytes] = TRY(get_bytes(world.http, request));
  if (response.not_modified() && known) return std::move(known->bytes);
  if (!known || known->bytes != bytes || known->etag != response.etag ||
      known->last_modified != response.last_modified)
    TRY(remember(key, bytes, response, world.store));
  return std::move(bytes);
}

}  // namespace kiln::packages::deb

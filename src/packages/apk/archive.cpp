// SPDX-License-Identifier: Apache-2.0
//
// What was fetched last from a URL is a record {"digest", "etag", "last-modified"}; the signed file
// is a blob, and the text of its APKINDEX a record under the blob's digest.
#include "packages/apk/archive.hpp"

#include "base/threads.hpp"
#include "data/json.hpp"
#include "net/url.hpp"
#include "packages/apk/signature.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::packages::apk {

namespace {

constexpr std::string_view k_fetched = "apk-index-file";
constexpr uint64_t k_greatest_file = 128U << 20;
constexpr size_t k_parallel_requests = 8;

struct Fetched {
  std::string bytes;
  std::string etag;
  std::string last_modified;
};

std::optional<Fetched> find_fetched(const std::string& key, Store& store) {
  auto read = [&](std::string_view record) -> Result<Fetched> {
    Json json = TRY(parse_json(record));
    std::string name = TRY(json.get_string("digest"));
    Digest digest = TRY(Digest::parse(name));
    auto blob = TRY(store.map(digest));
    return Fetched{std::string(blob->bytes()), TRY(json.get_string_or("etag", "")),
                   TRY(json.get_string_or("last-modified", ""))};
  };
  auto record = store.cached(k_fetched, key);
  if (record == nullptr) return std::nullopt;
  auto known = read(record->bytes());
  if (!known) return std::nullopt;
  return std::move(*known);
}

Result<std::string> fetch_index(const std::string& url, World& world) {
  std::string key = sha256(url).hex();
  auto known = find_fetched(key, world.store);
  if (world.offline) {
    if (known) return std::move(known->bytes);
    return fail(
        ErrorCode::not_found,
        fmt::format("{} is not in the store and the network is not to be used", redacted(url)),
        "run once without --offline");
  }
  HttpRequest request{.url = url, .max_size = k_greatest_file};
  if (known) {
    request.etag = known->etag;
    request.last_modified = known->last_modified;
  }
  auto [response, bytes] = TRY(get_bytes(world.http, request));
  if (response.not_modified() && known) return std::move(known->bytes);
  Digest digest = TRY(world.store.put(bytes));
  Json record = Json::object({{"digest", digest.str()},
                              {"etag", response.etag},
                              {"last-modified", response.last_modified}});
  TRY(world.store.cache(k_fetched, key, canonical(record)));
  return std::move(bytes);
}

// "alpine v3.22 main" of ".../alpine/v3.22/main"; else the URL.
std::string display_name(const Repository& repository) {
  std::string name = redacted(repository.url);
  if (size_t place = name.rfind("/alpine/"); place != std::string::npos) {
    name = name.substr(place + 1);
    std::ranges::replace(name, '/', ' ');
  }
  return repository.tag.empty() ? name : fmt::format("{} (@{})", name, repository.tag);
}

struct Loaded {
  IndexSource source;
  IndexRecord record;
};

Result<Loaded> load_one(const Repository& repository, const std::string& architecture,
                        std::span<const NamedKey> keys, World& world) {
  std::string directory = join_url(repository.url, architecture);
  std::string url = join_url(directory, "APKINDEX.tar.gz");
  std::string file = TRY(fetch_index(url, world));
  SignedContent opened = TRY(open_signed(file, keys));
  std::string index = TRY(index_text(opened.content));
  auto text = std::make_shared<const std::string>(std::move(index));
  Digest digest = sha256(file);
  Loaded loaded;
  loaded.source = {text, directory, display_name(repository), repository.tag};
  loaded.record.url = std::move(url);
  loaded.record.suite = repository.tag;
  loaded.record.release = digest;
  loaded.record.index = digest;
  loaded.record.fingerprints = {opened.key};
  return loaded;
}

}  // namespace

Result<std::unique_ptr<ApkUniverse>> load(std::span<const Repository> repositories,
                                          const std::string& architecture,
                                          std::span<const NamedKey> keys, const ArchiveOptions&,
                                          World& world) {
  std::vector<Loaded> loaded(repositories.size());
  size_t threads = std::min(k_parallel_requests, std::max<size_t>(repositories.size(), 1));
  auto load_number = [&](size_t i) -> Result<> {
    TRY(check_stop(world));
    loaded[i] = TRY_CONTEXT(load_one(repositories[i], architecture, keys, world),
                            "reading the index of " + redacted(repositories[i].url));
    return {};
  };
  TRY(parallel_for(repositories.size(), threads, load_number));
  std::vector<IndexSource> sources;
  std::vector<IndexRecord> records;
  for (Loaded& one : loaded) {
    sources.push_back(std::move(one.source));
    records.push_back(std::move(one.record));
  }
  PackageSet set = TRY(PackageSet::create(std::move(sources)));
  return std::make_unique<ApkUniverse>(std::move(set), std::move(records));
}

}  // namespace kiln::packages::apk

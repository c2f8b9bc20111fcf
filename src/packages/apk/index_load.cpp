// SPDX-License-Identifier: Apache-2.0
//
// What the store keeps, all as records that can be made again:
//
//   apk-index-head-1/<sha256 of the URL>      {"digest", "etag", "last-modified", "key",
//                                              "key-digest"}: what was seen last and who vouched
//   apk-index-file-1/<sha256 of the file>     the signed file
//   apk-index-compiled-3/<the same>           see package_index.hpp
#include "packages/apk/index_load.hpp"

#include "base/threads.hpp"
#include "data/json.hpp"
#include "net/http_mirrors.hpp"
#include "net/url.hpp"
#include "packages/apk/signature.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::packages::apk {

namespace {

constexpr std::string_view k_head = "apk-index-head-1";
constexpr std::string_view k_file = "apk-index-file-1";
constexpr std::string_view k_compiled = "apk-index-compiled-3";
constexpr uint64_t k_greatest_file = 128U << 20;

struct Head {
  Digest digest;
  std::string etag;
  std::string last_modified;
  std::string key;
  std::string key_digest;
};

Result<Head> parse_head(std::string_view record) {
  Json json = TRY(parse_json(record));
  std::string digest = TRY(json.get_string("digest"));
  return Head{.digest = TRY(Digest::parse(digest)),
              .etag = TRY(json.get_string("etag")),
              .last_modified = TRY(json.get_string("last-modified")),
              .key = TRY(json.get_string("key")),
              .key_digest = TRY(json.get_string("key-digest"))};
}

// One repository on one of its mirrors.
class Loading {
 public:
  Loading(const Repository& repository, const std::string& mirror, const std::string& architecture,
          std::span<const NamedKey> keys, const ArchiveOptions& options, World& world)
      : repository_(repository),
        architecture_(architecture),
        keys_(keys),
        options_(options),
        world_(world),
        url_(join_url(join_url(mirror, architecture), "APKINDEX.tar.gz")) {}

  Result<LoadedIndex> run(Patience patience) {
    std::string name = sha256(url_).hex();
    if (auto record = world_.store.cached(k_head, name))
      if (auto head = parse_head(record->bytes())) known_ = std::move(*head);
    if (known_) usable_ = open_known();
    if (world_.offline) {
      if (usable_) return checked(std::move(*usable_));
      if (known_) return read_kept();
      return fail(
          ErrorCode::not_found,
          fmt::format("{} is not in the store and the network is not to be used", redacted(url_)),
          "run once without --offline");
    }
    HttpRequest request{.url = url_, .headers = {}, .max_size = k_greatest_file};
    request.patience = patience;
    if (usable_) {
      request.etag = known_->etag;
      request.last_modified = known_->last_modified;
    }
    auto [response, bytes] = TRY(get_bytes(world_.http, request));
    if (usable_ && response.not_modified()) return checked(std::move(*usable_));
    Digest digest = sha256(bytes);
    if (usable_ && digest == known_->digest) return checked(std::move(*usable_));
    Head head{.digest = digest,
              .etag = response.etag,
              .last_modified = response.last_modified,
              .key = {},
              .key_digest = {}};
    return read(bytes, std::move(head));
  }

 private:
  bool is_trusted(std::string_view name, std::string_view key_digest) const {
    return std::ranges::any_of(keys_, [&](const NamedKey& one) {
      return one.name == name && one.is_for(architecture_) && sha256(one.pem).hex() == key_digest;
    });
  }

  // The index seen last, compiled then, when a key that is trusted now vouched for it.
  std::optional<LoadedIndex> open_known() const {
    if (!is_trusted(known_->key, known_->key_digest)) return std::nullopt;
    auto record = world_.store.cached(k_compiled, known_->digest.hex());
    if (record == nullptr) return std::nullopt;
    auto index = PackageIndex::open(record->bytes());
    if (!index) return std::nullopt;
    return LoadedIndex{*index, record, url_, known_->digest, known_->key};
  }

  Result<LoadedIndex> read_kept() {
    auto record = world_.store.cached(k_file, known_->digest.hex());
    if (record == nullptr || sha256(record->bytes()) != known_->digest)
      return fail(
          ErrorCode::not_found,
          fmt::format("the store has lost {} and the network is not to be used", redacted(url_)),
          "run once without --offline");
    return read(record->bytes(), *known_);
  }

  Result<LoadedIndex> read(std::string_view bytes, Head head) {
    SignedContent opened = TRY(open_signed(bytes, keys_, architecture_));
    IndexFile file = TRY(read_index_file(opened.content));
    std::vector<IndexEntry> entries = TRY(parse_index(file.text(), architecture_));
    if (is_embedded(opened.key)) TRY(check_release(repository_, file.description));
    auto compiled = std::make_shared<std::string>();
    auto compile = [&]() -> Result<> {
      *compiled = TRY(compile_index(entries, file.date));
      return {};
    };
    // Remembering the date waits for the disk.
    auto remember = [&]() -> Result<> {
      TRY(check_freshness(repository_, architecture_, file.date, options_, world_));
      return world_.store.cache(k_file, head.digest.hex(), bytes);
    };
    TRY(parallel_for(2, world_.threads, [&](size_t i) { return i == 0 ? remember() : compile(); }));
    LoadedIndex loaded;
    loaded.index = TRY(PackageIndex::open(*compiled));
    loaded.keeper = compiled;
    loaded.url = url_;
    loaded.file = head.digest;
    loaded.key = opened.key.name;
    TRY(world_.store.cache(k_compiled, head.digest.hex(), *compiled));
    head.key = opened.key.name;
    head.key_digest = sha256(opened.key.pem).hex();
    TRY(keep(head));
    return loaded;
  }

  static bool is_embedded(const NamedKey& key) {
    return std::ranges::any_of(embedded_keys(), [&](const NamedKey& own) {
      return own.name == key.name && own.pem == key.pem;
    });
  }

  Result<LoadedIndex> checked(LoadedIndex loaded) const {
    TRY(check_freshness(repository_, architecture_, loaded.index.date(), options_, world_));
    return loaded;
  }

  // Comes last: what the head names must be there.
  Result<> keep(const Head& head) const {
    Json record = Json::object({{"digest", head.digest.str()},
                                {"etag", head.etag},
                                {"last-modified", head.last_modified},
                                {"key", head.key},
                                {"key-digest", head.key_digest}});
    return world_.store.cache(k_head, sha256(url_).hex(), canonical(record));
  }

  const Repository& repository_;
  const std::string& architecture_;
  std::span<const NamedKey> keys_;
  const ArchiveOptions& options_;
  World& world_;
  std::string url_;
  std::optional<Head> known_;
  std::optional<LoadedIndex> usable_;
};

}  // namespace

Result<LoadedIndex> load_index(const Repository& repository, const std::string& architecture,
                               std::span<const NamedKey> keys, const ArchiveOptions& options,
                               World& world) {
  std::vector<std::string> mirrors = repository.mirrors;
  if (mirrors.empty()) mirrors.push_back(repository.url);
  LoadedIndex loaded;
  auto ask = [&](size_t number, Patience patience) -> Result<> {
    TRY(check_stop(world));
    Loading loading(repository, mirrors[number], architecture, keys, options, world);
    loaded = TRY_CONTEXT(loading.run(patience), "reading " + redacted(mirrors[number]));
    return {};
  };
  auto asked = ask_mirrors(world.http, mirrors, ask);
  if (asked) return loaded;
  // A broken chain says more than a server that does not answer.
  std::vector<Error>& failures = asked.error();
  auto broken = std::ranges::find(failures, ErrorCode::unverified, &Error::code);
  return std::unexpected(std::move(broken == failures.end() ? failures.front() : *broken));
}

}  // namespace kiln::packages::apk

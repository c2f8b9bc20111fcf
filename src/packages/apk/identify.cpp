// SPDX-License-Identifier: Apache-2.0
#include "packages/apk/identify.hpp"

#include "base/strings.hpp"
#include "base/threads.hpp"
#include "net/http_mirrors.hpp"
#include "net/url.hpp"
#include "packages/apk/apk_file.hpp"
#include "packages/apk/package_info.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::packages::apk {

namespace {

constexpr std::string_view k_kind = "apk-sha256-1";
constexpr size_t k_parallel_requests = 8;
constexpr uint64_t k_most_reserved = 32U << 20;      // before the first byte arrived
constexpr uint64_t k_greatest_package = 2ULL << 30;  // is held in memory until it is verified

std::unexpected<Error> broken(const Promise& promise, std::string_view what) {
  return fail(ErrorCode::unverified,
              fmt::format("the file of package {} {}", promise.id.str(), what),
              "the mirror may be in the middle of an update or hostile: try again, or another one");
}

// The name by which the store remembers a promise.
std::string memory_key(const Promise& promise) {
  return sha256(fmt::format("{}\n{}\n{}", promise.id.str(), promise.checksum, promise.size)).hex();
}

std::optional<Digest> remembered(const Promise& promise, Store& store) {
  auto record = store.cached(k_kind, memory_key(promise));
  if (record == nullptr) return std::nullopt;
  auto digest = Digest::from_bytes(record->bytes());
  return digest ? std::optional(*digest) : std::nullopt;
}

// Holds what a mirror sends until it is known to be what was promised.
class PromisedFile final : public MirrorTarget, private Sink {
 public:
  PromisedFile(const Promise& promise, Store& store) : promise_(promise), store_(store) {}

  Result<Sink*> start() override {
    bytes_.clear();
    bytes_.reserve(std::min(promise_.size, k_most_reserved));
    return static_cast<Sink*>(this);
  }

  Result<> finish(const HttpResponse&) override {
    TRY(check_promise(promise_, bytes_));
    digest_ = TRY(store_.put(bytes_, Durability::none));
    return {};
  }

  const Digest& digest() const { return digest_; }

 private:
  Result<> write(std::string_view bytes) override {
    size_t rest = promise_.size - bytes_.size();
    bytes_ += bytes.substr(0, rest);
    if (bytes.size() <= rest) return {};
    TRY(check_format(bytes_));
    return broken(promise_,
                  fmt::format("has more than the {} bytes that its index says", promise_.size));
  }

  const Promise& promise_;
  Store& store_;
  std::string bytes_;
  Digest digest_;
};

Result<Digest> fetch_promised(const Promise& promise, World& world) {
  if (promise.size > k_greatest_package)
    return fail(ErrorCode::limit, fmt::format("package {} is larger than 2 GiB", promise.id.str()));
  if (world.offline)
    return fail(ErrorCode::not_found,
                fmt::format("the SHA-256 of package {} is not known here, and --offline forbids to "
                            "fetch it",
                            promise.id.str()),
                "run it once without --offline, or build from a lock");
  HttpRequest request;
  request.max_size = UINT64_MAX;  // the file takes no more than was promised
  world.progress.add_total(promise.size);
  PromisedFile file(promise, world.store);
  TRY_CONTEXT(download_first(world.http, promise.urls, request, file),
              "fetching " + promise.id.str());
  world.progress.advance(promise.size);
  TRY(world.store.cache(k_kind, memory_key(promise), file.digest().bytes()));
  return file.digest();
}

}  // namespace

Result<> check_promise(const Promise& promise, std::string_view file) {
  if (file.size() != promise.size)
    return broken(promise, fmt::format("has {} bytes instead of the {} that its index says",
                                       file.size(), promise.size));
  auto parts = read_apk(file);
  if (!parts) return std::unexpected(std::move(parts).error());
  if (!promise.checksum.starts_with("Q1"))
    return fail(ErrorCode::unsupported,
                fmt::format("the checksum \"{}\" of package {} is of an unknown kind",
                            printable(promise.checksum, 40), promise.id.str()));
  if (parts->checksum() != promise.checksum)
    return broken(promise, fmt::format("has the checksum {} and not {}, as its signed index says",
                                       parts->checksum(), printable(promise.checksum, 40)));
  return check_data(*parts);
}

Result<std::vector<Digest>> identify(std::span<const Promise> promises, World& world) {
  std::vector<Digest> digests(promises.size());
  std::vector<size_t> unknown;
  for (size_t i = 0; i < promises.size(); ++i) {
    if (auto known = remembered(promises[i], world.store))
      digests[i] = *known;
    else
      unknown.push_back(i);
  }
  // The largest first, so that the requests end at nearly the same time.
  std::ranges::stable_sort(unknown, std::greater(), [&](size_t i) { return promises[i].size; });
  auto fetch_one = [&](size_t number) -> Result<> {
    TRY(check_stop(world));
    size_t i = unknown[number];
    digests[i] = TRY(fetch_promised(promises[i], world));
    return {};
  };
  TRY(parallel_for(unknown.size(), std::min(k_parallel_requests, unknown.size()), fetch_one));
  return digests;
}

}  // namespace kiln::packages::apk

// SPDX-License-Identifier: Apache-2.0
#include "world/fetch.hpp"

#include "net/http_mirrors.hpp"
#include "net/url.hpp"

#include <fmt/format.h>

namespace kiln {

namespace {

// Takes what a mirror sends into the store, if it is what was asked for.
class BlobTarget final : public MirrorTarget, private Sink {
 public:
  BlobTarget(Store& store, const Digest& digest, std::optional<uint64_t> size)
      : store_(store), digest_(digest), size_(size) {}

  Result<Sink*> start() override {
    writer_.emplace(TRY(store_.writer()));
    received_ = 0;
    return static_cast<Sink*>(this);
  }

  Result<> finish(const HttpResponse&) override {
    return writer_->commit_expecting(digest_, size_, Durability::none);
  }

 private:
  // More than was promised is not waited for, and no less unverified than too little.
  Result<> write(std::string_view bytes) override {
    received_ += bytes.size();
    if (size_ && received_ > *size_)
      return fail(ErrorCode::unverified, fmt::format("more than {} bytes arrived", *size_));
    return writer_->write(bytes);
  }

  Store& store_;
  const Digest& digest_;
  std::optional<uint64_t> size_;
  uint64_t received_ = 0;
  std::optional<Store::Writer> writer_;
};

}  // namespace

Result<> fetch_blob(World& world, std::span<const std::string> urls, const Digest& digest,
                    std::optional<uint64_t> size) {
  TRY(check_stop(world));
  if (world.store.has(digest)) {
    world.progress.advance(size.value_or(0));
    return {};
  }
  if (world.offline)
    return fail(ErrorCode::not_found,
                fmt::format("{} is not in the store, and --offline forbids to fetch {}",
                            digest.str(), urls.empty() ? "it" : redacted(urls.front())),
                "run it once without --offline");
  HttpRequest request;
  if (size) request.max_size = UINT64_MAX;  // the target takes no more
  // A mirror that failed in the middle is followed by one that begins anew; the progress is not.
  uint64_t shown = 0;
  request.progress = [&](uint64_t now, uint64_t) {
    if (now > shown) world.progress.advance(now - std::exchange(shown, now));
  };
  BlobTarget target(world.store, digest, size);
  TRY(download_first(world.http, urls, request, target));
  return {};
}

}  // namespace kiln

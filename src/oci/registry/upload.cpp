// SPDX-License-Identifier: Apache-2.0
#include "oci/registry/upload.hpp"

#include "base/strings.hpp"
#include "oci/registry/refusal.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::registry {

namespace {

// From here on it is worth a request more that a broken upload need not begin anew.
constexpr uint64_t k_large = 8U << 20;
constexpr int k_attempts = 4;
// Registries compute digests and move files before they answer.
constexpr std::chrono::minutes k_patience{5};

// The last byte's place in "0-4095" or "bytes=0-4095".
std::optional<uint64_t> last_byte(std::string_view range) {
  if (range.starts_with("bytes=")) range.remove_prefix(6);
  if (take_until(range, '-') != "0") return std::nullopt;
  return parse_decimal(range);
}

// What `from` gives after its first bytes.
Result<> skip(Source& from, uint64_t bytes) {
  std::string buffer(size_t{1} << 20, '\0');
  while (bytes > 0) {
    size_t part = static_cast<size_t>(std::min<uint64_t>(bytes, buffer.size()));
    TRY(read_exactly(from, buffer.data(), part));
    bytes -= part;
  }
  return {};
}

}  // namespace

// A failed attempt may have been a success whose answer was lost.
Result<> Upload::run() {
  for (int attempt = 1;; ++attempt) {
    Result<> sent = begin();
    if (sent) sent = size_ >= k_large ? send_stream() : send_whole();
    if (sent) return sent;
    ErrorCode code = sent.error().code;
    bool lost = code == ErrorCode::network || code == ErrorCode::not_found;
    if (!lost || attempt == k_attempts) return sent;
    if (attempt > 1) continue;
    Result<bool> there = client_.has_blob(digest_);
    if (there && *there) return {};
  }
}

Result<> Upload::begin() {
  offset_ = 0;
  HttpAnswer answer = TRY(
      client_.call({.method = "POST", .url = client_.url("blobs/uploads/"), .repeatable = true}));
  if (answer.status != 202) return refused(answer);
  return take_location(answer);
}

Result<> Upload::send_whole() {
  HttpAnswer answer = TRY(client_.call(call_with_body("PUT", closing_url(), 0)));
  if (answer.status == 201 || answer.status == 204) return {};
  return refused(answer);
}

Result<> Upload::send_stream() {
  for (int attempt = 1;; ++attempt) {
    if (TRY(send_rest())) break;
    if (attempt == k_attempts)
      return fail(ErrorCode::network,
                  client_.doing(fmt::format("took only {} of {} bytes of blob {}", offset_, size_,
                                            digest_.str())),
                  "check the network and the registry, and run it again: "
                  "what is there already is not sent again");
  }
  HttpCall close{
      .method = "PUT", .url = closing_url(), .repeatable = false, .stall_timeout = k_patience};
  HttpAnswer answer = TRY(client_.call(std::move(close)));
  if (answer.status == 201 || answer.status == 204) return {};
  return refused(answer);
}

Result<bool> Upload::send_rest() {
  HttpCall part = call_with_body("PATCH", location_.str(), offset_);
  if (offset_ > 0)
    part.headers.emplace_back("Content-Range", fmt::format("{}-{}", offset_, size_ - 1));
  Result<HttpAnswer> answer = client_.call(std::move(part));
  if (answer && answer->status == 202) {
    TRY(take_location(*answer));
    return true;
  }
  bool broken = answer ? answer->status >= 500 || answer->status == 416
                       : answer.error().code == ErrorCode::network;
  if (!answer && !broken) return std::unexpected(std::move(answer).error());
  if (!broken) return refused(*answer);
  TRY(find_offset());
  return offset_ == size_;
}

Result<> Upload::find_offset() {
  HttpAnswer answer = TRY(client_.call({.url = location_.str()}));
  if (answer.status != 204 && answer.status != 202 && answer.status != 200) return refused(answer);
  if (answer.headers.contains("location")) TRY(take_location(answer));
  std::optional<uint64_t> last = last_byte(answer.header("range"));
  // "0-0" is what registries say of an upload without a byte.
  offset_ = last && *last > 0 ? *last + 1 : 0;
  if (offset_ <= size_) return {};
  return fail(ErrorCode::corrupt,
              client_.doing(fmt::format("has more bytes than blob {} is long", digest_.str())));
}

Result<> Upload::take_location(const HttpAnswer& answer) {
  std::string text = answer.header("location");
  Url asked = TRY(Url::parse(answer.final_url));
  Result<Url> location = resolve_url(asked, text);
  bool allowed =
      location && !text.empty() &&
      (location->scheme == "https" || (location->scheme == "http" && client_.plain_http_));
  if (!allowed)
    return fail(ErrorCode::corrupt,
                client_.doing("names no place to upload to that could be used"));
  location_ = std::move(*location);
  return {};
}

HttpUpload Upload::body_from(uint64_t offset) const {
  return {.open = [&open = open_, offset]() -> Result<std::unique_ptr<Source>> {
            std::unique_ptr<Source> source = TRY(open());
            TRY(skip(*source, offset));
            return source;
          },
          .size = size_ - offset};
}

HttpCall Upload::call_with_body(std::string method, std::string url, uint64_t offset) {
  HttpCall call;
  call.method = std::move(method);
  call.url = std::move(url);
  call.headers = {{"Content-Type", "application/octet-stream"}};
  call.body = body_from(offset);
  call.repeatable = false;
  call.stall_timeout = k_patience;
  if (progress_)
    call.progress = [this, offset](uint64_t sent) {
      uint64_t now = offset + sent;
      if (now > told_) progress_(now - std::exchange(told_, now));
    };
  return call;
}

std::string Upload::closing_url() const {
  Url url = location_;
  url.query += (url.query.empty() ? "digest=" : "&digest=") + escape_value(digest_.str());
  return url.str();
}

std::unexpected<Error> Upload::refused(const HttpAnswer& answer) const {
  return refusal(client_.doing(fmt::format("does not take blob {}", digest_.str())), answer);
}

}  // namespace kiln::registry

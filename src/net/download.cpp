// SPDX-License-Identifier: Apache-2.0
#include "net/download.hpp"

#include "base/strings.hpp"
#include "net/http_rules.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln {

namespace {

constexpr uint64_t k_largest_unwanted_body = 64 * 1024;

// Validators that may be sent in If-Range: a weak ETag may not.
bool is_strong(std::string_view etag) {
  return etag.starts_with('"');
}

// The first byte's place and the whole size (none when "*") of "bytes a-b/size".
struct ContentRange {
  uint64_t begin = 0;
  std::optional<uint64_t> size;
};

std::optional<ContentRange> parse_content_range(std::string_view text) {
  if (take_until(text, ' ') != "bytes") return std::nullopt;
  auto begin = parse_decimal(take_until(text, '-'));
  take_until(text, '/');
  if (!begin) return std::nullopt;
  return ContentRange{*begin, parse_decimal(text)};
}

}  // namespace

Result<HttpResponse> Download::run() {
  for (int attempts = 1;; ++attempts) {
    Next next = attempt();
    if (next == Next::done) return std::move(response_);
    if (next == Next::retry && attempts < options_.attempts && !is_hopeless()) {
      TRY(wait_before(attempts + 1));
      continue;
    }
    return std::unexpected(error(attempts));
  }
}

// Whether another attempt would try the patience of who asked.
bool Download::is_hopeless() const {
  return request_.patience == Patience::little && !has_body_;
}

Download::Next Download::attempt() {
  Url at = url_;
  authenticated_ = false;
  for (int redirects = 0;; ++redirects) {
    head_ = {};
    wanted_ = false;
    skip_ = unwanted_ = 0;
    response_.final_url = at.str();
    ExchangeEnd end = transport_.perform(exchange_with(at), *this);
    if (end.kind == ExchangeEnd::Kind::complete && may_authenticate(at)) continue;
    Next next = judge(end);
    if (next != Next::redirect) return next;
    if (redirects == options_.max_redirects) {
      refuse(ErrorCode::network, fmt::format("more than {} redirects", options_.max_redirects));
      return Next::give_up;
    }
    if (follow(at) == Next::give_up) return Next::give_up;
  }
}

// Replaces `at` by where the present head sends us.
Download::Next Download::follow(Url& at) {
  Result<Url> target = redirect_target(at, header("location"));
  if (!target) {
    refuse(target.error().code, target.error().message);
    return Next::give_up;
  }
  at = std::move(*target);
  return Next::redirect;
}

Download::Next Download::judge(const ExchangeEnd& end) {
  if (failure_) return Next::give_up;
  switch (end.kind) {
    case ExchangeEnd::Kind::stopped:
      refuse(ErrorCode::interrupted, "stopped on request");
      return Next::give_up;
    case ExchangeEnd::Kind::transient:
      why_ = end.message;
      return Next::retry;
    case ExchangeEnd::Kind::permanent:
      refuse(ErrorCode::network, end.message,
             url_.scheme == "https" ? "if the server's certificate comes from a CA of your own, "
                                      "add that CA to the system's or name its file"
                                    : "");
      return Next::give_up;
    case ExchangeEnd::Kind::complete:
    case ExchangeEnd::Kind::refused_by_receiver:
      return judge_status();
  }
  return Next::give_up;
}

// Asks the caller what to say to a server that wants to know who asks; once an attempt.
bool Download::may_authenticate(const Url& at) {
  if (head_.status != 401 || !request_.authenticate || authenticated_) return false;
  if (at.origin() != url_.origin()) return false;
  authenticated_ = true;
  Result<std::string> authorization = request_.authenticate(head_.headers);
  if (!authorization) {
    failure_ = std::move(authorization).error();
    return false;
  }
  authorization_ = std::move(*authorization);
  return !authorization_.empty() && is_clean_header(authorization_);
}

Download::Next Download::judge_status() {
  int status = head_.status;
  if (wanted_) {
    if (skip_ == 0 && (!total_ || response_.received == *total_)) return Next::done;
    why_ = fmt::format("the body ended after {} of {} bytes", response_.received,
                       total_.value_or(response_.received + skip_));
    return Next::retry;
  }
  bool conditional = !request_.etag.empty() || !request_.last_modified.empty();
  if (status == 304 && conditional && !has_body_) {
    response_.status = status;
    response_.headers = head_.headers;
    response_.etag = header("etag");
    response_.last_modified = header("last-modified");
    return Next::done;
  }
  if (is_redirect(status) && head_.headers.contains("location")) return Next::redirect;
  why_ = fmt::format("the server answered {}", status);
  if (is_worth_another_try(status)) return Next::retry;
  bool absent = status == 404 || status == 410;
  bool denied = status == 401 || status == 403;
  refuse(absent ? ErrorCode::not_found : ErrorCode::network, why_,
         denied          ? "check the credentials for this server"
         : status == 407 ? "put the proxy's user and password into its URL"
                         : "");
  return Next::give_up;
}

bool Download::head(ResponseHead head) {
  head_ = std::move(head);
  if (head_.status == 200) return begin_whole_body();
  if (head_.status == 206) return continue_body();
  return true;
}

// The answer has the body from its beginning: the first one, or one of a server without ranges.
bool Download::begin_whole_body() {
  std::string etag = header("etag");
  std::string last_modified = header("last-modified");
  std::optional<uint64_t> size = parse_decimal(header("content-length"));
  if (has_body_ && !request_.immutable &&
      (etag != response_.etag || last_modified != response_.last_modified || size != total_)) {
    if (response_.received > 0)
      return refuse(ErrorCode::network, "the file changed on the server while it was fetched",
                    "run it again");
  }
  if (size && *size > request_.max_size)
    return refuse(ErrorCode::limit, fmt::format("it has {}, which is more than the {} accepted",
                                                human_size(*size), human_size(request_.max_size)));
  response_.status = 200;
  response_.headers = head_.headers;
  response_.etag = std::move(etag);
  response_.last_modified = std::move(last_modified);
  total_ = size;
  skip_ = response_.received;
  wanted_ = has_body_ = true;
  return true;
}

// The answer has what is missing of a body that broke off.
bool Download::continue_body() {
  auto range = parse_content_range(header("content-range"));
  bool fits = response_.received > 0 && range && range->begin == response_.received &&
              (!range->size || !total_ || *range->size == *total_);
  if (!fits)
    return refuse(ErrorCode::network, "the server sent another part than it was asked for");
  if (!total_) total_ = range->size;
  wanted_ = true;
  return true;
}

bool Download::body(std::string_view bytes) {
  if (!wanted_) {
    unwanted_ += bytes.size();
    return unwanted_ <= k_largest_unwanted_body;
  }
  uint64_t known = std::min<uint64_t>(skip_, bytes.size());
  bytes.remove_prefix(known);
  skip_ -= known;
  if (bytes.size() > request_.max_size - response_.received)
    return refuse(ErrorCode::limit,
                  fmt::format("it is larger than the {} accepted", human_size(request_.max_size)));
  if (auto written = body_.write(bytes); !written) {
    failure_ =
        std::move(written).error().with_context(fmt::format("fetching {}", redacted(request_.url)));
    return false;
  }
  response_.received += bytes.size();
  if (request_.progress) request_.progress(response_.received, total_.value_or(0));
  return true;
}

// Notes why the download ends in failure; false, so that receivers can return it.
bool Download::refuse(ErrorCode code, std::string why, std::string hint) {
  failure_ = Error{code, std::move(why), {}, std::move(hint)};
  failure_->message = fmt::format("cannot fetch {}: {}", redacted(request_.url), failure_->message);
  return false;
}

ExchangeRequest Download::exchange_with(const Url& at) const {
  ExchangeRequest exchange;
  exchange.url = at.str();
  exchange.origin = at.origin();
  exchange.proxy = at.scheme == "https" ? options_.proxies.https : options_.proxies.http;
  if (request_.patience == Patience::little) exchange.first_answer = options_.first_answer;
  bool same_origin = exchange.origin == url_.origin();
  std::vector<std::string>& lines = exchange.header_lines;
  for (const auto& [name, value] : request_.headers) {
    bool replaced = !authorization_.empty() && to_lower(name) == "authorization";
    bool told = same_origin || !is_secret_header(name);
    if (told && !replaced) lines.push_back(fmt::format("{}: {}", name, value));
  }
  if (same_origin && !authorization_.empty()) lines.push_back("Authorization: " + authorization_);
  if (response_.received > 0 && request_.immutable) {
    lines.push_back(fmt::format("Range: bytes={}-", response_.received));
  } else if (response_.received > 0) {
    std::string validator = is_strong(response_.etag) ? response_.etag : response_.last_modified;
    if (!validator.empty()) {
      lines.push_back(fmt::format("Range: bytes={}-", response_.received));
      lines.push_back(fmt::format("If-Range: {}", validator));
    }
  } else if (!has_body_) {
    if (!request_.etag.empty()) lines.push_back("If-None-Match: " + request_.etag);
    if (!request_.last_modified.empty())
      lines.push_back("If-Modified-Since: " + request_.last_modified);
  }
  return exchange;
}

Result<> Download::wait_before(int attempt) {
  options_.sleep(wait_before_attempt(attempt, header("retry-after")));
  if (options_.stop == nullptr || !*options_.stop) return {};
  return fail(ErrorCode::interrupted,
              fmt::format("cannot fetch {}: stopped on request", redacted(request_.url)));
}

std::string Download::header(const std::string& name) const {
  auto found = head_.headers.find(name);
  return found == head_.headers.end() ? std::string() : found->second;
}

Error Download::error(int attempts) const {
  if (failure_) return *failure_;
  return {ErrorCode::network,
          fmt::format("cannot fetch {}: {} ({} attempt{})", redacted(request_.url), why_, attempts,
                      attempts == 1 ? "" : "s"),
          {},
          "check the network and the server, and run it again"};
}

}  // namespace kiln

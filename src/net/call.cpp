// SPDX-License-Identifier: Apache-2.0
#include "net/call.hpp"

#include "base/strings.hpp"
#include "net/http_rules.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln {

Result<HttpAnswer> Call::run() {
  TRY(check());
  for (int attempts = 1;; ++attempts) {
    bool again = TRY(attempt());
    if (!again || attempts >= options_.attempts) break;
    options_.sleep(wait_before_attempt(attempts + 1, answer_.header("retry-after")));
    if (options_.stop != nullptr && *options_.stop)
      return refuse(ErrorCode::interrupted, "stopped on request");
  }
  if (!why_.empty())
    return refuse(ErrorCode::network, why_, "check the network and the server, and run it again");
  return std::move(answer_);
}

Result<> Call::check() const {
  Url url = TRY(Url::parse(call_.url));
  if (url.scheme != "https" && url.scheme != "http")
    return refuse(ErrorCode::bad_input, "only https and http URLs are understood");
  if (url.scheme == "http" && !call_.plain_http)
    return refuse(ErrorCode::bad_input, "it is not encrypted, and that was not allowed");
  bool clean = std::all_of(call_.headers.begin(), call_.headers.end(), [](const auto& line) {
    return is_clean_header(line.first) && is_clean_header(line.second);
  });
  if (!clean) return refuse(ErrorCode::bad_input, "a header holds a line break");
  return {};
}

Result<bool> Call::attempt() {
  url_ = TRY(Url::parse(call_.url));
  Url at = url_;
  for (int redirects = 0;; ++redirects) {
    answer_ = {};
    answer_.final_url = at.str();
    why_.clear();
    if (call_.body.open && !rewind()) return std::unexpected(*failure_);
    ExchangeEnd end = transport_.perform(exchange_with(at), *this);
    bool again = TRY(judge(end));
    bool read_only = call_.method == "GET" || call_.method == "HEAD";
    bool kept_method = answer_.status == 307 || answer_.status == 308;
    bool follows = why_.empty() && is_redirect(answer_.status) && (read_only || kept_method) &&
                   answer_.headers.contains("location");
    if (!follows) return again;
    if (redirects == options_.max_redirects)
      return refuse(ErrorCode::network, fmt::format("more than {} redirects", redirects));
    Result<Url> target = redirect_target(at, answer_.header("location"));
    if (!target) return refuse(target.error().code, target.error().message);
    if (target->scheme == "http" && !call_.plain_http)
      return refuse(ErrorCode::network, "redirected to a URL that is not encrypted");
    if (call_.secret_body && target->origin() != url_.origin())
      return refuse(ErrorCode::network, "redirected to another server, which gets no secrets");
    at = std::move(*target);
  }
}

Result<bool> Call::judge(const ExchangeEnd& end) {
  if (failure_) return std::unexpected(*failure_);
  if (too_large_)
    return refuse(ErrorCode::limit, fmt::format("the answer is larger than the {} accepted",
                                                human_size(call_.max_answer)));
  switch (end.kind) {
    case ExchangeEnd::Kind::stopped:
      return refuse(ErrorCode::interrupted, "stopped on request");
    case ExchangeEnd::Kind::permanent:
      return refuse(ErrorCode::network, end.message,
                    url_.scheme == "https"
                        ? "if the server's certificate comes from a CA of your own, "
                          "add that CA to the system's or name its file"
                        : "");
    case ExchangeEnd::Kind::transient:
    case ExchangeEnd::Kind::refused_by_receiver:
      why_ = end.message.empty() ? "the exchange broke off" : end.message;
      return is_repeatable();
    case ExchangeEnd::Kind::complete:
      break;
  }
  if (answer_.status == 429) return true;
  return is_worth_another_try(answer_.status) && is_repeatable();
}

bool Call::is_repeatable() const {
  if (call_.repeatable) return *call_.repeatable;
  return call_.method != "POST" && call_.method != "PATCH";
}

ExchangeRequest Call::exchange_with(const Url& at) {
  ExchangeRequest exchange;
  exchange.url = at.str();
  exchange.origin = at.origin();
  exchange.proxy = at.scheme == "https" ? options_.proxies.https : options_.proxies.http;
  exchange.method = call_.method;
  exchange.body = call_.body.open ? this : nullptr;
  exchange.stall_timeout = call_.stall_timeout;
  bool same_origin = exchange.origin == url_.origin();
  for (const auto& [name, value] : call_.headers)
    if (same_origin || !is_secret_header(name))
      exchange.header_lines.push_back(fmt::format("{}: {}", name, value));
  // Not waiting for "100 Continue", which many servers never send.
  if (exchange.body != nullptr) exchange.header_lines.emplace_back("Expect:");
  return exchange;
}

bool Call::head(ResponseHead head) {
  answer_.status = head.status;
  answer_.headers = std::move(head.headers);
  return true;
}

bool Call::body(std::string_view bytes) {
  too_large_ = bytes.size() > call_.max_answer - answer_.body.size();
  if (!too_large_) answer_.body += bytes;
  return !too_large_;
}

bool Call::rewind() {
  auto source = call_.body.open();
  if (!source) {
    failure_ = std::move(source).error();
    return false;
  }
  source_ = std::move(*source);
  sent_ = 0;
  return true;
}

std::optional<size_t> Call::read(char* buffer, size_t size) {
  size = static_cast<size_t>(std::min<uint64_t>(size, call_.body.size - sent_));
  if (size == 0) return 0;
  auto got = source_->read(buffer, size);
  if (!got) {
    failure_ = std::move(got).error();
    return std::nullopt;
  }
  if (*got == 0) {
    failure_ = Error{ErrorCode::io, "what was to be sent ended too early", {}, {}};
    return std::nullopt;
  }
  sent_ += *got;
  if (call_.progress) call_.progress(sent_);
  return *got;
}

std::unexpected<Error> Call::refuse(ErrorCode code, std::string_view why, std::string hint) const {
  return fail(code, fmt::format("{} {} failed: {}", call_.method, redacted(call_.url), why),
              std::move(hint));
}

HttpUpload upload_of(std::string_view bytes) {
  return {.open = [bytes]() -> Result<std::unique_ptr<Source>> {
            return std::make_unique<MemorySource>(bytes);
          },
          .size = bytes.size()};
}

std::string HttpAnswer::header(const std::string& name) const {
  auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

}  // namespace kiln

// SPDX-License-Identifier: Apache-2.0
//
// One request over http or https until it is answered: redirects, attempts, and a body that is put
// together from several broken transfers (RFC 9110: 13 conditional requests, 14 ranges, 15
// status codes).
#pragma once
#include "net/http.hpp"
#include "net/transport.hpp"
#include "net/url.hpp"

#include <optional>

namespace kiln {

class Download final : private ResponseReceiver {
 public:
  Download(Transport& transport, const HttpOptions& options, const HttpRequest& request, Url url,
           Sink& body)
      : transport_(transport),
        options_(options),
        request_(request),
        url_(std::move(url)),
        body_(body) {}

  Result<HttpResponse> run();
  // Whether the last exchange brought the head of an answer.
  bool was_answered() const { return head_.status != 0; }

 private:
  enum class Next { done, redirect, retry, give_up };

  bool head(ResponseHead head) override;
  bool body(std::string_view bytes) override;

  Next attempt();
  bool is_hopeless() const;
  Next follow(Url& at);
  Next judge(const ExchangeEnd& end);
  Next judge_status();
  bool may_authenticate(const Url& at);
  bool begin_whole_body();
  bool continue_body();
  bool refuse(ErrorCode code, std::string why, std::string hint = {});
  ExchangeRequest exchange_with(const Url& at) const;
  Result<> wait_before(int attempt);
  std::string header(const std::string& name) const;
  Error error(int attempts) const;

  Transport& transport_;
  const HttpOptions& options_;
  const HttpRequest& request_;
  const Url url_;
  Sink& body_;
  std::string authorization_;  // what authenticate said last

  // Of the whole download.
  HttpResponse response_;
  std::optional<uint64_t> total_;
  bool has_body_ = false;  // a first answer with a body came, and its validators are known

  // Of the present attempt.
  bool authenticated_ = false;

  // Of the present exchange.
  ResponseHead head_;
  bool wanted_ = false;    // its body goes to the sink
  uint64_t skip_ = 0;      // bytes that the sink has already
  uint64_t unwanted_ = 0;  // bytes of a body that does not
  std::optional<Error> failure_;
  std::string why_;  // what was wrong with the last attempt
};

}  // namespace kiln

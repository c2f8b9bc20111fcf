// SPDX-License-Identifier: Apache-2.0
//
// One request of any method until it is answered: redirects, attempts, a body that is opened anew
// for each of them, and an answer of bounded size, whatever its status.
#pragma once
#include "net/http.hpp"
#include "net/transport.hpp"
#include "net/url.hpp"

#include <optional>

namespace kiln {

class Call final : private ResponseReceiver, private RequestBody {
 public:
  Call(Transport& transport, const HttpOptions& options, const HttpCall& call)
      : transport_(transport), options_(options), call_(call) {}

  Result<HttpAnswer> run();

 private:
  bool head(ResponseHead head) override;
  bool body(std::string_view bytes) override;
  uint64_t size() const override { return call_.body.size; }
  bool rewind() override;
  std::optional<size_t> read(char* buffer, size_t size) override;

  Result<> check() const;
  // Whether another attempt is due.
  Result<bool> attempt();
  Result<bool> judge(const ExchangeEnd& end);
  ExchangeRequest exchange_with(const Url& at);
  bool is_repeatable() const;
  std::unexpected<Error> refuse(ErrorCode code, std::string_view why, std::string hint = {}) const;

  Transport& transport_;
  const HttpOptions& options_;
  const HttpCall& call_;
  Url url_;

  HttpAnswer answer_;
  std::unique_ptr<Source> source_;
  uint64_t sent_ = 0;
  bool too_large_ = false;
  std::optional<Error> failure_;  // of the body's source
  std::string why_;               // why the last attempt got no answer; empty when it got one
};

}  // namespace kiln

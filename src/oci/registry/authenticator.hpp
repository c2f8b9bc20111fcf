// SPDX-License-Identifier: Apache-2.0
//
// Answering a registry's challenges: Basic, and the token flow of the distribution project (a token
// for certain scopes is asked for at the realm that the registry names, with the user's name and
// password, with an identity token, or as nobody). Tokens are kept until shortly before they end.
#pragma once
#include "net/http.hpp"
#include "oci/registry/challenge.hpp"
#include "oci/registry/credentials.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace kiln::registry {

// What a request is allowed to do, in the token flow's words: "repository:a/b:pull,push".
using Scopes = std::vector<std::string>;

class Authenticator {
 public:
  // `plain_http` lets the realm be asked without encryption.
  Authenticator(HttpClient& http, std::string host, std::optional<Credentials> credentials,
                bool plain_http)
      : http_(http),
        host_(std::move(host)),
        credentials_(std::move(credentials)),
        plain_http_(plain_http) {}

  // The Authorization header for a request of those scopes as far as challenges are known; may be
  // empty. Asks for a token when the one at hand has ended.
  Result<std::string> authorization(const Scopes& scopes);

  // The same after an answer of 401 to a request that was sent with `used`. Fails with network,
  // and a hint how to log in, when there is nothing else to try.
  Result<std::string> answer(const HttpHeaders& headers, const Scopes& scopes,
                             const std::string& used);

 private:
  struct Token {
    std::string header;
    std::chrono::steady_clock::time_point end;
  };

  std::string basic() const;
  Result<std::string> token_for(const Scopes& scopes);
  Result<std::string> token_header(const Scopes& scopes);
  Result<HttpAnswer> ask_realm(const Scopes& scopes);
  std::unexpected<Error> denied(std::string_view why) const;

  HttpClient& http_;
  const std::string host_;
  const std::optional<Credentials> credentials_;
  const bool plain_http_;
  std::mutex mutex_;
  std::optional<Challenge> challenge_;  // the registry's last
  std::map<Scopes, Token> tokens_;
};

}  // namespace kiln::registry

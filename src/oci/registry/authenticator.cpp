// SPDX-License-Identifier: Apache-2.0
#include "oci/registry/authenticator.hpp"

#include "base/bytes.hpp"
#include "base/strings.hpp"
#include "data/json.hpp"
#include "net/http_rules.hpp"
#include "net/url.hpp"
#include "oci/registry/refusal.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::registry {

namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr uint64_t k_largest_answer = 1U << 20;
constexpr int64_t k_usual_life = 60;  // of a token that names none, in seconds
constexpr int64_t k_longest_life = 3600;
constexpr int64_t k_spare = 10;  // a token is not used in its last seconds

const Challenge* find(const std::vector<Challenge>& challenges, std::string_view scheme) {
  auto found = std::ranges::find(challenges, scheme, &Challenge::scheme);
  return found == challenges.end() ? nullptr : &*found;
}

// The scopes together with those that a challenge names.
Scopes with_scopes(Scopes scopes, const Challenge& challenge) {
  std::string named = challenge.parameter("scope");
  for (std::string_view scope : split_words(named))
    if (std::ranges::find(scopes, scope) == scopes.end()) scopes.emplace_back(scope);
  return scopes;
}

}  // namespace

Result<std::string> Authenticator::authorization(const Scopes& scopes) {
  std::lock_guard lock(mutex_);
  if (!challenge_) return std::string();
  if (challenge_->scheme == "basic") return basic();
  return token_for(scopes);
}

Result<std::string> Authenticator::answer(const HttpHeaders& headers, const Scopes& scopes,
                                          const std::string& used) {
  std::lock_guard lock(mutex_);
  auto header = headers.find("www-authenticate");
  std::vector<Challenge> challenges =
      parse_challenges(header == headers.end() ? std::string_view() : header->second);
  if (const Challenge* bearer = find(challenges, "bearer")) {
    challenge_ = *bearer;
    auto known = tokens_.find(scopes);
    // Another thread was faster.
    if (known != tokens_.end() && known->second.header != used) return known->second.header;
    tokens_.erase(scopes);
    std::string token = TRY(token_for(scopes));
    if (token == used) return denied("does not accept the token that it asked for");
    return token;
  }
  if (const Challenge* basic_challenge = find(challenges, "basic")) {
    challenge_ = *basic_challenge;
    if (!credentials_ || credentials_->user.empty())
      return denied("asks for a user and a password");
    if (used == basic()) return denied("does not accept the user and password");
    return basic();
  }
  return denied("asks for authorization in a way that Kiln does not know");
}

std::string Authenticator::basic() const {
  if (!credentials_ || credentials_->user.empty()) return {};
  return "Basic " + to_base64(credentials_->user + ":" + credentials_->password);
}

// With mutex_ held.
Result<std::string> Authenticator::token_for(const Scopes& scopes) {
  auto known = tokens_.find(scopes);
  if (known != tokens_.end() && steady_clock::now() < known->second.end)
    return known->second.header;
  return token_header(scopes);
}

Result<std::string> Authenticator::token_header(const Scopes& scopes) {
  HttpAnswer answer = TRY(ask_realm(with_scopes(scopes, *challenge_)));
  if (answer.status == 401 || answer.status == 403)
    return denied(credentials_ ? "does not accept the credentials"
                               : "lets only users do this who are logged in");
  if (answer.status != 200)
    return refusal(fmt::format("cannot get a token for the registry {}", host_), answer);
  Result<Json> json = parse_json(answer.body, {.depth = 16, .size = k_largest_answer});
  if (!json || !json->is_object())
    return fail(ErrorCode::corrupt,
                fmt::format("the token service of {} does not answer in JSON", host_));
  std::string token = TRY(json->get_string_or("token", ""));
  if (token.empty()) token = TRY(json->get_string_or("access_token", ""));
  if (token.empty() || !is_clean_header(token))
    return fail(ErrorCode::corrupt, fmt::format("the token service of {} gives no token", host_));
  int64_t life = TRY(json->get_int_or("expires_in", k_usual_life));
  life = std::clamp<int64_t>(life, k_usual_life, k_longest_life) - k_spare;
  std::string header = "Bearer " + token;
  tokens_.insert_or_assign(scopes, Token{header, steady_clock::now() + seconds(life)});
  return header;
}

Result<HttpAnswer> Authenticator::ask_realm(const Scopes& scopes) {
  Result<Url> realm = Url::parse(challenge_->parameter("realm"));
  bool allowed = realm && (realm->scheme == "https" || (realm->scheme == "http" && plain_http_));
  if (!allowed) return denied("sends its users to a token service that is not reached with https");
  std::string form = "service=" + escape_value(challenge_->parameter("service"));
  bool has_identity = credentials_ && !credentials_->identity_token.empty();
  if (has_identity) {
    form += "&scope=" + escape_value(join(scopes, " "));
    form += "&grant_type=refresh_token&client_id=kiln&refresh_token=" +
            escape_value(credentials_->identity_token);
  } else {
    for (const std::string& scope : scopes) form += "&scope=" + escape_value(scope);
    if (credentials_) form += "&account=" + escape_value(credentials_->user);
  }
  HttpCall call{.url = realm->str(), .max_answer = k_largest_answer, .plain_http = plain_http_};
  if (has_identity) {
    call.method = "POST";
    call.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    call.body = upload_of(form);
    call.secret_body = true;
    call.repeatable = true;
  } else {
    realm->query += (realm->query.empty() ? "" : "&") + form;
    call.url = realm->str();
    if (std::string user = basic(); !user.empty()) call.headers = {{"Authorization", user}};
  }
  return http_.send(call);
}

std::unexpected<Error> Authenticator::denied(std::string_view why) const {
  return fail(ErrorCode::network, fmt::format("the registry {} {}", host_, why),
              fmt::format("log in with an account that may do this: `docker login {0}`, `podman "
                          "login {0}` and `skopeo login {0}` leave the credentials where Kiln "
                          "finds them",
                          host_));
}

}  // namespace kiln::registry

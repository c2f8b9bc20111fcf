// SPDX-License-Identifier: Apache-2.0
#include "oci/registry/client.hpp"

#include "data/json.hpp"
#include "net/url.hpp"
#include "oci/registry/link.hpp"
#include "oci/registry/reference.hpp"
#include "oci/registry/refusal.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace kiln::registry {

namespace {

constexpr int k_most_challenges = 2;
constexpr size_t k_most_pages = 1000;
constexpr size_t k_page = 1000;

std::string scope_for(std::string_view repository, Access access) {
  return fmt::format("repository:{}:pull{}", repository, access == Access::push ? ",push" : "");
}

}  // namespace

RegistryClient::RegistryClient(HttpClient& http, std::string host, std::string repository,
                               ClientOptions options)
    : http_(http),
      host_(std::move(host)),
      repository_(std::move(repository)),
      plain_http_(options.plain_http),
      scopes_({scope_for(repository_, options.access)}),
      authenticator_(http, host_, std::move(options.credentials), plain_http_) {
  std::string_view scheme = plain_http_ ? "http" : "https";
  base_ = fmt::format("{}://{}/v2/{}/", scheme, api_host(host_), repository_);
  Result<Url> url = Url::parse(base_);
  ASSERT(url.has_value());
  origin_ = url->origin();
}

std::string RegistryClient::url(std::string_view path) const {
  return base_ + std::string(path);
}

std::string RegistryClient::doing(std::string_view what) const {
  return fmt::format("{}/{} {}", host_, repository_, what);
}

// A server without encryption answers a TLS handshake in plain text, which OpenSSL takes for a
// record of another version.
Result<HttpAnswer> RegistryClient::explained(Result<HttpAnswer> answer) const {
  if (answer || plain_http_ || answer.error().code != ErrorCode::network) return answer;
  std::string_view message = answer.error().message;
  for (std::string_view sign : {"wrong version number", "packet length too long"})
    if (message.find(sign) != std::string_view::npos)
      answer.error().hint = fmt::format(
          "{} seems to speak http without encryption; if it is to be trusted so, say --plain-http",
          host_);
  return answer;
}

Result<HttpAnswer> RegistryClient::call(HttpCall call, const Scopes& scopes) {
  Url target = TRY(Url::parse(call.url));
  bool own = target.origin() == origin_;
  call.plain_http = plain_http_;
  const std::vector<std::pair<std::string, std::string>> headers = call.headers;
  std::string authorization;
  if (own) authorization = TRY(authenticator_.authorization(scopes));
  for (int challenges = 0;; ++challenges) {
    call.headers = headers;
    if (!authorization.empty()) call.headers.emplace_back("Authorization", authorization);
    HttpAnswer answer = TRY(explained(http_.send(call)));
    // Whom a redirect led to does not say where passwords go.
    Result<Url> answered_by = Url::parse(answer.final_url);
    bool asked = own && answered_by && answered_by->origin() == origin_ && answer.status == 401 &&
                 answer.headers.contains("www-authenticate");
    if (!asked || challenges == k_most_challenges) return answer;
    authorization = TRY(authenticator_.answer(answer.headers, scopes, authorization));
  }
}

Result<std::vector<std::string>> RegistryClient::tags(size_t most) {
  std::vector<std::string> tags;
  std::optional<Url> page = TRY(Url::parse(url(fmt::format("tags/list?n={}", k_page))));
  for (size_t pages = 0; page; ++pages) {
    if (pages == k_most_pages)
      return fail(ErrorCode::limit, doing("lists its tags in too many pages"));
    HttpAnswer answer = TRY(call({.url = page->str()}));
    if (answer.status == 404 && pages == 0) return tags;
    if (answer.status != 200) return refusal(doing("does not list its tags"), answer);
    Json json = TRY_CONTEXT(parse_json(answer.body), doing("lists its tags"));
    const Json* list = json.is_object() ? json.find("tags") : nullptr;
    if (list != nullptr && !list->is_null()) {
      std::vector<std::string> more =
          TRY_CONTEXT(json.get_strings("tags"), doing("lists its tags"));
      std::ranges::copy_if(more, std::back_inserter(tags), is_tag);
    }
    if (tags.size() > most)
      return fail(ErrorCode::limit, doing(fmt::format("has more than {} tags", most)));
    page = TRY(next_page(*page, answer.header("link")));
  }
  return tags;
}

}  // namespace kiln::registry

// SPDX-License-Identifier: Apache-2.0
#include "net/http_mirrors.hpp"

#include "net/url.hpp"

#include <fmt/format.h>

namespace kiln {

namespace {

Result<HttpResponse> try_mirror(HttpClient& client, const HttpRequest& request,
                                MirrorTarget& target) {
  Sink* body = TRY(target.start());
  HttpResponse response = TRY(client.get(request, *body));
  TRY_CONTEXT(target.finish(response), fmt::format("fetching {}", redacted(request.url)));
  return response;
}

bool is_mirrors_fault(ErrorCode code) {
  return code != ErrorCode::io && code != ErrorCode::interrupted;
}

// One error for the failures of all mirrors, in their order.
Error combine(std::vector<Error> failures) {
  if (failures.size() == 1) return std::move(failures[0]);
  Error combined{ErrorCode::not_found, {}, {}, {}};
  for (const Error& failure : failures) {
    if (combined.code == ErrorCode::not_found && failure.code != ErrorCode::not_found) {
      combined.code = failure.code;
      combined.hint = failure.hint;
    }
    combined.message += (combined.message.empty() ? "" : "; ") + failure.str();
  }
  combined.message = fmt::format("all {} mirrors failed: {}", failures.size(), combined.message);
  return combined;
}

}  // namespace

Result<HttpResponse> download_first(HttpClient& client, std::span<const std::string> urls,
                                    const HttpRequest& request, MirrorTarget& target) {
  std::vector<Error> failures;
  for (const std::string& url : urls) {
    HttpRequest one = request;
    one.url = url;
    auto response = try_mirror(client, one, target);
    if (response || !is_mirrors_fault(response.error().code)) return response;
    failures.push_back(std::move(response).error());
  }
  if (failures.empty()) return fail(ErrorCode::bad_input, "there is no URL to fetch from");
  return std::unexpected(combine(std::move(failures)));
}

}  // namespace kiln

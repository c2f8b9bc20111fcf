// SPDX-License-Identifier: Apache-2.0
#include "net/http.hpp"

namespace kiln {

namespace {

// The first of the variables that is set to something.
std::string first_of(const std::map<std::string, std::string>& environment,
                     std::initializer_list<const char*> names) {
  for (const char* name : names) {
    auto found = environment.find(name);
    if (found != environment.end() && !found->second.empty()) return found->second;
  }
  return {};
}

}  // namespace

ProxySettings proxies_from(const std::map<std::string, std::string>& environment) {
  return {.http = first_of(environment, {"http_proxy", "all_proxy", "ALL_PROXY"}),
          .https = first_of(environment, {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}),
          .no_proxy = first_of(environment, {"no_proxy", "NO_PROXY"})};
}

Result<std::pair<HttpResponse, std::string>> get_bytes(HttpClient& client,
                                                       const HttpRequest& request) {
  MemorySink body(request.max_size);
  HttpResponse response = TRY(client.get(request, body));
  return std::pair(std::move(response), body.take());
}

}  // namespace kiln

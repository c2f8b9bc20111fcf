// SPDX-License-Identifier: Apache-2.0
#include "net/offline.hpp"

#include "net/local_file.hpp"

#include <fmt/format.h>

namespace kiln {

namespace {

std::unexpected<Error> refuse(std::string_view url) {
  return fail(ErrorCode::bad_input,
              fmt::format("{} is not asked: Kiln is to work offline", redacted(url)),
              "leave out --offline, KILN_OFFLINE and `offline: true` of the configuration");
}

class OfflineClient final : public HttpClient {
 public:
  explicit OfflineClient(const std::atomic<bool>* stop) : stop_(stop) {}

  Result<HttpResponse> get(const HttpRequest& request, Sink& body) override {
    Url url = TRY(Url::parse(request.url));
    if (url.scheme == "file") return get_local_file(url, request, body, stop_);
    return refuse(request.url);
  }
  Result<HttpAnswer> send(const HttpCall& call) override { return refuse(call.url); }

 private:
  const std::atomic<bool>* stop_;
};

}  // namespace

std::unique_ptr<HttpClient> make_offline_client(const std::atomic<bool>* stop) {
  return std::make_unique<OfflineClient>(stop);
}

}  // namespace kiln

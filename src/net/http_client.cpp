// SPDX-License-Identifier: Apache-2.0
#include "net/call.hpp"
#include "net/download.hpp"
#include "net/http.hpp"
#include "net/http_rules.hpp"
#include "net/local_file.hpp"
#include "net/transport.hpp"

#include <algorithm>
#include <mutex>
#include <set>
#include <thread>

#include <fmt/format.h>

namespace kiln {

namespace {

void sleep_unless_stopped(std::chrono::milliseconds time, const std::atomic<bool>* stop) {
  constexpr std::chrono::milliseconds slice{50};
  while (time.count() > 0 && (stop == nullptr || !*stop)) {
    std::this_thread::sleep_for(std::min(time, slice));
    time -= slice;
  }
}

class Client final : public HttpClient {
 public:
  explicit Client(HttpOptions options)
      : options_(std::move(options)),
        transport_(make_curl_transport({.user_agent = options_.user_agent,
                                        .ca_file = options_.ca_file,
                                        .no_proxy = options_.proxies.no_proxy,
                                        .connect_timeout = options_.connect_timeout,
                                        .stall_timeout = options_.stall_timeout,
                                        .stop = options_.stop})) {
    if (!options_.sleep) {
      options_.sleep = [stop = options_.stop](std::chrono::milliseconds time) {
        sleep_unless_stopped(time, stop);
      };
    }
  }

  Result<HttpResponse> get(const HttpRequest& request, Sink& body) override {
    Url url = TRY(Url::parse(request.url));
    if (url.scheme == "file") return get_local_file(url, request, body, options_.stop);
    if (url.scheme != "http" && url.scheme != "https")
      return fail(ErrorCode::bad_input,
                  fmt::format("cannot fetch {}: only https, http and file URLs are understood",
                              redacted(request.url)));
    bool clean = is_clean_header(request.etag) && is_clean_header(request.last_modified) &&
                 std::all_of(request.headers.begin(), request.headers.end(), [](const auto& line) {
                   return is_clean_header(line.first) && is_clean_header(line.second);
                 });
    if (!clean)
      return fail(ErrorCode::bad_input, fmt::format("cannot fetch {}: a header holds a line break",
                                                    redacted(request.url)));
    std::string server = url.origin();
    Download download(*transport_, options_, request, std::move(url), body);
    auto response = download.run();
    bool is_silent = !response && response.error().code == ErrorCode::network;
    note(std::move(server), is_silent && !download.was_answered());
    return response;
  }

  Result<HttpAnswer> send(const HttpCall& call) override {
    return Call(*transport_, options_, call).run();
  }

  bool is_silent(std::string_view text) const override {
    auto url = Url::parse(text);
    std::lock_guard lock(mutex_);
    return url && silent_.contains(url->origin());
  }

 private:
  void note(std::string server, bool is_silent) {
    std::lock_guard lock(mutex_);
    if (is_silent)
      silent_.insert(std::move(server));
    else
      silent_.erase(server);
  }

  HttpOptions options_;
  std::unique_ptr<Transport> transport_;
  mutable std::mutex mutex_;
  std::set<std::string> silent_;  // origins that did not answer when asked last
};

}  // namespace

std::unique_ptr<HttpClient> make_http_client(HttpOptions options) {
  return std::make_unique<Client>(std::move(options));
}

}  // namespace kiln

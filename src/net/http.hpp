// SPDX-License-Identifier: Apache-2.0
//
// Fetching files over https, http and file URLs, with the patience that archives need: limits,
// time-outs, retries that resume where a broken transfer ended, and proxies. Bytes arrive as the
// server stores them (nothing is decompressed). http_mirrors.hpp tries several servers in turn.
#pragma once
#include "base/bytes.hpp"
#include "base/result.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kiln {

// How long a server may stay silent.
enum class Patience {
  full,    // the client's time-outs and attempts: there is nobody else to ask
  little,  // given up when no first byte came within HttpOptions::first_answer, or one of 5xx did:
           // another server can be asked. A body that broke off is resumed all the same.
};

struct HttpRequest {
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;  // sent as they are
  uint64_t max_size = 4ULL << 30;                            // more bytes are an error (limit)
  // What the caller already has; the answer may then be 304 with an empty body.
  std::string etag;
  std::string last_modified;
  Patience patience = Patience::full;
  // Called with the bytes so far and the expected total (0 when unknown), on get()'s thread.
  std::function<void(uint64_t now, uint64_t total)> progress;
};

struct HttpResponse {
  int status = 0;                              // 200, or 304
  std::map<std::string, std::string> headers;  // names in lower case; the last of equal ones
  std::string etag;
  std::string last_modified;
  std::string final_url;  // after redirects; may hold secrets, see redacted()
  uint64_t received = 0;  // bytes given to the sink

  bool not_modified() const { return status == 304; }
};

// Safe to use from several threads at once; connections are kept and shared between requests.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  // Gives every byte of the body to `body` once and in order. Anything but 200, 206 of our own
  // range and an expected 304 is an error: not_found (404, 410), limit, interrupted, an error of
  // the sink as it is, or network; the message names the URL, what happened and the attempts.
  virtual Result<HttpResponse> get(const HttpRequest& request, Sink& body) = 0;
  // Whether the server of a URL did not answer at all when this client asked it last.
  virtual bool is_silent(std::string_view /*url*/) const { return false; }
};

// Where requests pass through; empty means a direct connection.
struct ProxySettings {
  std::string http;      // proxy URL for http
  std::string https;     // proxy URL for https (CONNECT)
  std::string no_proxy;  // hosts and domains that are reached directly, separated by commas; "*"
};

// http_proxy (lower case only: CGI programs get HTTP_PROXY from their clients), https_proxy,
// all_proxy and no_proxy, the latter three in either case.
ProxySettings proxies_from(const std::map<std::string, std::string>& environment);

struct HttpOptions {
  std::string user_agent = "kiln";
  std::string ca_file;  // PEM file of CAs trusted besides the system's
  ProxySettings proxies;
  std::chrono::milliseconds connect_timeout{15'000};
  std::chrono::milliseconds stall_timeout{30'000};  // longest time without a byte
  std::chrono::milliseconds first_answer{4'000};    // for requests with little patience
  int attempts = 4;                                 // of one request, the first included
  int max_redirects = 5;                            // never from https to http
  const std::atomic<bool>* stop = nullptr;          // true ends transfers with interrupted
  // Waits between attempts; the built-in one also looks at `stop`.
  std::function<void(std::chrono::milliseconds)> sleep;
};

std::unique_ptr<HttpClient> make_http_client(HttpOptions options = {});

// The whole body in memory; the request's max_size bounds it.
Result<std::pair<HttpResponse, std::string>> get_bytes(HttpClient& client,
                                                       const HttpRequest& request);

}  // namespace kiln

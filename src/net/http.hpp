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
#include <optional>
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

// Of an answer: names in lower case; the last of equal ones, but challenges and links joined by ",
// ".
using HttpHeaders = std::map<std::string, std::string>;

struct HttpRequest {
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;  // sent as they are
  uint64_t max_size = 4ULL << 30;                            // more bytes are an error (limit)
  // What the caller already has; the answer may then be 304 with an empty body.
  std::string etag;
  std::string last_modified;
  Patience patience = Patience::full;
  // The URL names its bytes by their digest: a transfer that broke off is resumed without asking
  // whether they are still the same.
  bool immutable = false;
  // Asked when the URL's own server answers 401, with the headers of that answer; returns the
  // Authorization header to try again with, or nothing when there is none to try.
  std::function<Result<std::string>(const HttpHeaders& headers)> authenticate;
  // Called with the bytes so far and the expected total (0 when unknown), on get()'s thread.
  std::function<void(uint64_t now, uint64_t total)> progress;
};

struct HttpResponse {
  int status = 0;  // 200, or 304
  HttpHeaders headers;
  std::string etag;
  std::string last_modified;
  std::string final_url;  // after redirects; may hold secrets, see redacted()
  uint64_t received = 0;  // bytes given to the sink

  bool not_modified() const { return status == 304; }
};

// The body of a call: opened anew for each attempt, `size` bytes long.
struct HttpUpload {
  std::function<Result<std::unique_ptr<Source>>()> open;
  uint64_t size = 0;
};

// The bytes, which must outlive the call.
HttpUpload upload_of(std::string_view bytes);

// One request of any method, whose answer the caller judges.
struct HttpCall {
  std::string method = "GET";
  std::string url;  // https, or http when `plain_http` allows it
  std::vector<std::pair<std::string, std::string>> headers = {};  // sent as they are
  HttpUpload body = {};                                           // none when `open` is empty
  uint64_t max_answer = 4U << 20;  // more bytes of an answer are an error (limit)
  bool plain_http = false;         // also where a redirect leads
  bool secret_body = false;        // a redirect to another origin is an error (network)
  // Whether a call that broke off or was answered 5xx is made again: what RFC 9110 9.2.2 says of
  // the method when absent. An answer of 429 is always followed by another attempt.
  std::optional<bool> repeatable = {};
  std::chrono::milliseconds stall_timeout{};  // the client's own when zero
  // Called with the bytes of the body sent so far, on send()'s thread; starts anew with an attempt.
  std::function<void(uint64_t sent)> progress = {};
};

struct HttpAnswer {
  int status = 0;
  HttpHeaders headers;
  std::string body;
  std::string final_url;  // after redirects; may hold secrets, see redacted()

  std::string header(const std::string& name) const;  // lower case; empty when absent
};

// Safe to use from several threads at once; connections are kept and shared between requests.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  // Gives every byte of the body to `body` once and in order. Anything but 200, 206 of our own
  // range and an expected 304 is an error: not_found (404, 410), limit, interrupted, an error of
  // the sink as it is, or network; the message names the URL, what happened and the attempts.
  virtual Result<HttpResponse> get(const HttpRequest& request, Sink& body) = 0;
  // The answer of any status. GET and HEAD follow redirects, other methods 307 and 308; secret
  // headers go to the URL's own origin alone. Fails with bad_input, limit, interrupted, an error of
  // the body as it is, or network when there is no answer.
  virtual Result<HttpAnswer> send(const HttpCall& call) = 0;
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

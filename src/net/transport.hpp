// SPDX-License-Identifier: Apache-2.0
//
// One exchange of request and response with a web server, over connections that are kept for the
// next one. What to do about redirects, failures and broken bodies is decided in http_client.cpp;
// this is the only part that knows libcurl.
#pragma once
#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln {

struct TransportOptions {
  std::string user_agent;
  std::string ca_file;
  std::string no_proxy;
  std::chrono::milliseconds connect_timeout{};
  std::chrono::milliseconds stall_timeout{};
  const std::atomic<bool>* stop = nullptr;
};

// What is sent with a request.
class RequestBody {
 public:
  virtual ~RequestBody() = default;
  virtual uint64_t size() const = 0;
  // Begins anew, also before the first byte; false ends the exchange.
  virtual bool rewind() = 0;
  // Up to `size` bytes; none at the end; nothing when they cannot be had, which ends the exchange.
  virtual std::optional<size_t> read(char* buffer, size_t size) = 0;
};

struct ExchangeRequest {
  std::string url;     // http or https
  std::string origin;  // connections to it are preferred
  std::string proxy;   // URL, or empty for none
  std::vector<std::string> header_lines;
  // Longest time until the answer's first byte; zero: the transport's own time-outs.
  std::chrono::milliseconds first_answer{};
  std::string method = "GET";
  RequestBody* body = nullptr;
  std::chrono::milliseconds stall_timeout{};  // zero: the transport's own
};

struct ResponseHead {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case; of equal ones the last,
                                               // but lists of challenges and links are joined
};

// Takes the response. Returning false ends the exchange.
class ResponseReceiver {
 public:
  virtual ~ResponseReceiver() = default;
  virtual bool head(ResponseHead head) = 0;
  virtual bool body(std::string_view bytes) = 0;
};

struct ExchangeEnd {
  enum class Kind {
    complete,
    refused_by_receiver,
    stopped,    // by TransportOptions::stop
    transient,  // the connection failed, stalled or broke; another try may help
    permanent,  // such as a certificate that cannot be trusted
  };
  Kind kind = Kind::complete;
  std::string message;  // of the last two kinds
};

// Safe to use from several threads at once: each exchange takes a connection for itself.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual ExchangeEnd perform(const ExchangeRequest& request, ResponseReceiver& receiver) = 0;
};

std::unique_ptr<Transport> make_curl_transport(TransportOptions options);

}  // namespace kiln

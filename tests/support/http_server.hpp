// SPDX-License-Identifier: Apache-2.0
//
// A small HTTP server on the loopback address for tests: a directory, fixed content or handlers,
// with ranges, conditional requests, delays and connections that break off, and a log of what was
// asked. One thread a connection; keep-alive.
#pragma once
#include "base/files.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace kiln::testing {

struct ServerRequest {
  std::string method;
  std::string target;                          // path and query as they came
  std::string path;                            // decoded, without the query
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;

  std::string header(const std::string& name) const;  // empty when absent
};

struct ServerResponse {
  int status = 200;
  std::map<std::string, std::string> headers;  // Content-Length is added unless it is given
  std::string body;
  std::chrono::milliseconds delay{0};    // before the first byte
  std::optional<size_t> break_off = {};  // closes the connection after so many bytes of the body
};

using ServerHandler = std::function<ServerResponse(const ServerRequest&)>;

// The answer to a GET of `bytes`: whole, a range (one, with If-Range), or 304. Empty validators are
// not sent.
ServerResponse serve_content(const ServerRequest& request, std::string bytes,
                             const std::string& etag = {}, const std::string& last_modified = {});

// A redirect to `location`.
ServerResponse redirect_to(std::string location, int status = 302);

class HttpServer {
 public:
  HttpServer();
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // A server of the files below a directory, with ETag and Last-Modified.
  static std::unique_ptr<HttpServer> serve_directory(const Path& directory);

  // "http://127.0.0.1:PORT" and `path`.
  std::string url(std::string_view path = {}) const;

  // Answers requests for a path (without query); paths ending in "/" also what lies below them.
  void on(std::string path, ServerHandler handler);
  // Answers only the next request for a path; several are used in turn, then the usual handler.
  void once(std::string path, ServerHandler handler);

  std::vector<ServerRequest> requests() const;
  // How many requests for this path came so far.
  size_t count(std::string_view path) const;
  size_t connections() const { return connections_; }

 private:
  struct Connection {
    Fd fd;
    std::thread thread;
  };
  void accept_connections();
  void serve(int fd);
  ServerResponse answer(const ServerRequest& request);

  Fd listener_;
  int port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::atomic<size_t> connections_ = 0;
  mutable std::mutex mutex_;
  std::map<std::string, ServerHandler> handlers_;
  std::map<std::string, std::list<ServerHandler>> once_;
  std::vector<ServerRequest> requests_;
  std::list<Connection> open_;
  std::thread acceptor_;
};

}  // namespace kiln::testing

// SPDX-License-Identifier: Apache-2.0
#include "support/http_server.hpp"

#include "base/strings.hpp"
#include "base/time.hpp"

#include <algorithm>
#include <stdexcept>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kiln::testing {

namespace {

bool send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

// Reads until `buffer` holds at least `size` bytes; false at the end of the connection.
bool fill(int fd, std::string& buffer, size_t size) {
  char chunk[16384];
  while (buffer.size() < size) {
    ssize_t got = ::recv(fd, chunk, sizeof chunk, 0);
    if (got <= 0) return false;
    buffer.append(chunk, static_cast<size_t>(got));
  }
  return true;
}

std::string decode(std::string_view path) {
  std::string plain;
  for (size_t i = 0; i < path.size(); ++i) {
    auto byte = path[i] == '%' ? from_hex(path.substr(i + 1, 2)) : Result<std::string>("");
    if (path[i] == '%' && byte && !byte->empty()) {
      plain += *byte;
      i += 2;
    } else {
      plain += path[i];
    }
  }
  return plain;
}

// Takes one request from the connection; none when it ends.
std::optional<ServerRequest> read_request(int fd, std::string& buffer) {
  size_t end;
  while ((end = buffer.find("\r\n\r\n")) == std::string::npos) {
    if (!fill(fd, buffer, buffer.size() + 1)) return std::nullopt;
    if (buffer[0] < 'A') return std::nullopt;  // no method: TLS, which some try first
  }
  std::string head = buffer.substr(0, end);
  buffer.erase(0, end + 4);
  ServerRequest request;
  std::string_view rest = head;
  std::vector<std::string_view> words = split_words(take_until(rest, '\n'));
  if (words.size() != 3) return std::nullopt;
  request.method = words[0];
  request.target = words[1];
  request.path = decode(words[1].substr(0, words[1].find('?')));
  while (!rest.empty()) {
    std::string_view line = take_until(rest, '\n');
    std::string name = to_lower(take_until(line, ':'));
    request.headers[name] = trim(line);
  }
  size_t length = parse_decimal(request.header("content-length")).value_or(0);
  if (!fill(fd, buffer, length)) return std::nullopt;
  request.body = buffer.substr(0, length);
  buffer.erase(0, length);
  return request;
}

// The bytes of "bytes=a-b" or "bytes=a-" as [begin, end); none when it is no such range.
std::optional<std::pair<size_t, size_t>> parse_range(std::string_view text, size_t size) {
  if (!text.starts_with("bytes=")) return std::nullopt;
  text.remove_prefix(6);
  auto begin = parse_decimal(take_until(text, '-'));
  auto last = text.empty() ? std::optional<uint64_t>(size - 1) : parse_decimal(text);
  if (!begin || !last || *begin >= size) return std::nullopt;
  return std::pair(*begin, std::min<size_t>(*last + 1, size));
}

ServerResponse serve_file(const ServerRequest& request, const Path& directory) {
  auto relative = clean_path(request.path);
  Path path = directory / relative.value_or("");
  struct stat info = {};
  if (!relative || ::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode))
    return {.status = 404};
  auto bytes = read_file(path);
  if (!bytes) return {.status = 500};
  std::string etag =
      fmt::format("\"{:x}.{:x}-{:x}\"", info.st_mtim.tv_sec, info.st_mtim.tv_nsec, info.st_size);
  return serve_content(request, std::move(*bytes), etag, format_http_date(info.st_mtim.tv_sec));
}

}  // namespace

std::string ServerRequest::header(const std::string& name) const {
  auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

ServerResponse serve_content(const ServerRequest& request, std::string bytes,
                             const std::string& etag, const std::string& last_modified) {
  ServerResponse response;
  if (!etag.empty()) response.headers["ETag"] = etag;
  if (!last_modified.empty()) response.headers["Last-Modified"] = last_modified;
  std::string none_match = request.header("if-none-match");
  std::string modified_since = request.header("if-modified-since");
  bool same = none_match.empty() ? !modified_since.empty() && modified_since == last_modified
                                 : none_match == etag;
  if (same) {
    response.status = 304;
    return response;
  }
  std::string if_range = request.header("if-range");
  bool range_wanted = if_range.empty() || if_range == etag || if_range == last_modified;
  auto range = parse_range(request.header("range"), bytes.size());
  if (!range || !range_wanted) {
    response.body = std::move(bytes);
    return response;
  }
  response.status = 206;
  response.headers["Content-Range"] =
      fmt::format("bytes {}-{}/{}", range->first, range->second - 1, bytes.size());
  response.body = bytes.substr(range->first, range->second - range->first);
  return response;
}

ServerResponse redirect_to(std::string location, int status) {
  return {.status = status, .headers = {{"Location", std::move(location)}}};
}

HttpServer::HttpServer() {
  listener_ = Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  void* raw = &address;
  auto* generic = static_cast<sockaddr*>(raw);
  if (::bind(listener_.get(), generic, size) != 0 || ::listen(listener_.get(), 128) != 0 ||
      ::getsockname(listener_.get(), generic, &size) != 0)
    throw std::runtime_error("cannot listen on the loopback address");
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_connections(); });
}

HttpServer::~HttpServer() {
  stopping_ = true;
  ::shutdown(listener_.get(), SHUT_RDWR);
  acceptor_.join();
  {
    std::lock_guard lock(mutex_);
    for (Connection& connection : open_) ::shutdown(connection.fd.get(), SHUT_RDWR);
  }
  for (Connection& connection : open_) connection.thread.join();
}

std::unique_ptr<HttpServer> HttpServer::serve_directory(const Path& directory) {
  auto server = std::make_unique<HttpServer>();
  server->on("/",
             [directory](const ServerRequest& request) { return serve_file(request, directory); });
  return server;
}

std::string HttpServer::url(std::string_view path) const {
  return fmt::format("http://127.0.0.1:{}{}", port_, path);
}

void HttpServer::on(std::string path, ServerHandler handler) {
  std::lock_guard lock(mutex_);
  handlers_[std::move(path)] = std::move(handler);
}

void HttpServer::once(std::string path, ServerHandler handler) {
  std::lock_guard lock(mutex_);
  once_[std::move(path)].push_back(std::move(handler));
}

std::vector<ServerRequest> HttpServer::requests() const {
  std::lock_guard lock(mutex_);
  return requests_;
}

size_t HttpServer::count(std::string_view path) const {
  std::lock_guard lock(mutex_);
  return static_cast<size_t>(
      std::count_if(requests_.begin(), requests_.end(),
                    [path](const ServerRequest& request) { return request.path == path; }));
}

void HttpServer::accept_connections() {
  while (!stopping_) {
    int number = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (number < 0) continue;
    int on = 1;
    ::setsockopt(number, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ++connections_;
    std::lock_guard lock(mutex_);
    Connection& connection = open_.emplace_back();
    connection.fd = Fd(number);
    connection.thread = std::thread([this, number] { serve(number); });
  }
}

// Serves one connection to its end; the descriptor is closed with the server.
void HttpServer::serve(int fd) {
  std::string buffer;
  while (auto request = read_request(fd, buffer)) {
    ServerResponse response = answer(*request);
    for (auto waited = response.delay; waited.count() > 0 && !stopping_;
         waited -= std::chrono::milliseconds(10))
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    std::string head = fmt::format("HTTP/1.1 {} Status\r\n", response.status);
    if (!response.headers.contains("Content-Length") &&
        !response.headers.contains("Transfer-Encoding") && response.status != 304)
      head += fmt::format("Content-Length: {}\r\n", response.body.size());
    for (const auto& [name, value] : response.headers)
      head += fmt::format("{}: {}\r\n", name, value);
    std::string body = request->method == "HEAD" ? std::string() : response.body;
    if (response.break_off) body.resize(std::min(body.size(), *response.break_off));
    if (!send_all(fd, head + "\r\n" + body) || response.break_off) break;
  }
  ::shutdown(fd, SHUT_RDWR);
}

ServerResponse HttpServer::answer(const ServerRequest& request) {
  ServerHandler handler;
  {
    std::lock_guard lock(mutex_);
    requests_.push_back(request);
    if (auto found = once_.find(request.path); found != once_.end() && !found->second.empty()) {
      handler = std::move(found->second.front());
      found->second.pop_front();
    } else {
      size_t longest = 0;
      for (const auto& [path, candidate] : handlers_) {
        bool fits = path == request.path || (path.ends_with('/') && request.path.starts_with(path));
        if (fits && path.size() >= longest) {
          handler = candidate;
          longest = path.size();
        }
      }
    }
  }
  return handler ? handler(request) : ServerResponse{.status = 404};
}

}  // namespace kiln::testing

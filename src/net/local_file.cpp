// SPDX-License-Identifier: Apache-2.0
#include "net/local_file.hpp"

#include "base/strings.hpp"
#include "base/time.hpp"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kiln {

namespace {

constexpr size_t k_buffer = 256 * 1024;

Result<> copy_file(int fd, uint64_t size, const HttpRequest& request, Sink& body,
                   const std::atomic<bool>* stop, uint64_t& received) {
  std::string buffer(k_buffer, '\0');
  while (true) {
    if (stop != nullptr && *stop) return fail(ErrorCode::interrupted, "stopped on request");
    ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno("cannot read it", errno);
    if (got == 0) break;
    if (static_cast<uint64_t>(got) > request.max_size - received)
      return fail(ErrorCode::limit,
                  fmt::format("it is larger than the {} accepted", human_size(request.max_size)));
    TRY(body.write({buffer.data(), static_cast<size_t>(got)}));
    received += static_cast<uint64_t>(got);
    if (request.progress) request.progress(received, size);
  }
  if (received != size) return fail(ErrorCode::io, "it changed while it was read");
  return {};
}

}  // namespace

Result<HttpResponse> get_local_file(const Url& url, const HttpRequest& request, Sink& body,
                                    const std::atomic<bool>* stop) {
  Path path = TRY(local_path(url));
  std::string doing = fmt::format("fetching {}", redacted(request.url));
  // Not waiting for a writer, should the name be a pipe's.
  Fd fd = TRY_CONTEXT(open_file(path, O_RDONLY | O_NONBLOCK), doing);
  struct stat info = {};
  if (::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode))
    return fail(ErrorCode::not_found, fmt::format("{} is not a regular file", path.string()));
  HttpResponse response;
  response.status = 200;
  response.final_url = url.str();
  response.etag =
      fmt::format("\"{:x}-{:x}.{:x}\"", info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
  response.last_modified = format_http_date(info.st_mtim.tv_sec);
  response.headers = {{"etag", response.etag}, {"last-modified", response.last_modified}};
  bool same = request.etag.empty() ? request.last_modified == response.last_modified
                                   : request.etag == response.etag;
  if (same) {
    response.status = 304;
    return response;
  }
  TRY_CONTEXT(copy_file(fd.get(), static_cast<uint64_t>(info.st_size), request, body, stop,
                        response.received),
              doing);
  return response;
}

}  // namespace kiln

// SPDX-License-Identifier: Apache-2.0
//
// URLs as Kiln needs them (RFC 3986): taken apart, put together with a path below them, resolved
// against a redirect, and shown without the secrets they may hold.
#pragma once
#include "base/files.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kiln {

// The parts as they were written: percent-encoding is kept, the fragment is dropped.
struct Url {
  std::string scheme;     // lower case, without ":"
  std::string user_info;  // "user:password", without "@"; empty when there is none
  std::string host;       // lower case; an IPv6 address keeps its brackets
  std::optional<uint16_t> port;
  std::string path;   // begins with "/"
  std::string query;  // without "?"; empty when there is none

  // Takes "scheme://authority/path"; only file URLs may have no host. Fails with bad_input.
  static Result<Url> parse(std::string_view text);
  std::string str() const;
  // "scheme://host:port" with the scheme's own port when none was written.
  std::string origin() const;

  bool operator==(const Url&) const = default;
};

// `path` with every byte percent-encoded that may not stand in a path; "/" stays.
std::string escape_path(std::string_view path);

// `text` with every byte percent-encoded that is not unreserved (RFC 3986 2.3): for the names and
// values of a query or a form.
std::string escape_value(std::string_view text);

// `path` with its %XX replaced by their bytes; a lone "%" or a NUL byte fails with bad_input.
Result<std::string> unescape_path(std::string_view path);

// A plain relative path, such as "pool/main/c/c++.deb", below a base URL, escaped as needed. A
// query of the base stays behind the path.
std::string join_url(std::string_view base, std::string_view relative);

// What a reference found at `base` (a redirect's Location) means as a whole URL, RFC 3986 5.2;
// the base's user information is handed on only to the same origin.
Result<Url> resolve_url(const Url& base, std::string_view reference);

// The path on this machine that a file URL names. Fails with bad_input for another host.
Result<Path> local_path(const Url& url);

// For messages: user information as "***", the query (signed URLs carry their secret there) as
// "?...".
std::string redacted(std::string_view url);

}  // namespace kiln

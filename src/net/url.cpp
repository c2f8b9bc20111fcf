// SPDX-License-Identifier: Apache-2.0
#include "net/url.hpp"

#include "base/strings.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln {

namespace {

constexpr std::string_view k_digits = "0123456789abcdef";
constexpr size_t k_longest = 8192;

bool is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// pchar of RFC 3986 without "%", and "/".
bool may_stand_in_path(char c) {
  return is_alpha(c) || is_digit(c) || std::string_view("-._~!$&'()*+,;=:@/").contains(c);
}

bool is_scheme(std::string_view text) {
  return !text.empty() && is_alpha(text[0]) && std::all_of(text.begin(), text.end(), [](char c) {
    return is_alpha(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
  });
}

bool is_host(std::string_view host) {
  if (host.starts_with('[')) {
    return host.size() > 2 && host.ends_with(']') &&
           host.substr(1, host.size() - 2).find_first_not_of("0123456789abcdef:.") ==
               std::string_view::npos;
  }
  return std::all_of(host.begin(), host.end(), [](char c) {
    return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
  });
}

std::unexpected<Error> bad_url(std::string_view text, std::string_view why) {
  return fail(ErrorCode::bad_input, fmt::format("{} is not a URL: {}", redacted(text), why));
}

// Fills host and port from "host:port". Returns why it cannot, or nothing.
std::string_view parse_authority(std::string_view authority, Url& url) {
  size_t colon = authority.rfind(':');
  size_t bracket = authority.rfind(']');
  bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || bracket < colon);
  if (has_port && colon + 1 < authority.size()) {
    auto port = parse_decimal(authority.substr(colon + 1));
    if (!port || *port == 0 || *port > UINT16_MAX) return "its port is not a number up to 65535";
    url.port = static_cast<uint16_t>(*port);
  }
  url.host = to_lower(has_port ? authority.substr(0, colon) : authority);
  if (!is_host(url.host)) return "its host name has a character that host names do not have";
  if (url.host.empty() && url.scheme != "file") return "it names no host";
  return {};
}

// Where the authority of "scheme://authority/path" ends.
size_t authority_end(std::string_view after_slashes) {
  return std::min(after_slashes.find_first_of("/?#"), after_slashes.size());
}

std::string remove_dot_segments(std::string_view path) {
  std::vector<std::string_view> kept;
  std::vector<std::string_view> parts = split(path, '/');
  for (size_t i = 1; i < parts.size(); ++i) {
    bool last = i + 1 == parts.size();
    if (parts[i] == ".." && !kept.empty()) kept.pop_back();
    if (parts[i] != "." && parts[i] != "..") {
      kept.push_back(parts[i]);
    } else if (last) {
      kept.push_back("");
    }
  }
  std::string result;
  for (std::string_view part : kept) result.append("/").append(part);
  return result.empty() ? "/" : result;
}

template <typename MayStand>
std::string escaped(std::string_view text, MayStand may_stand) {
  std::string result;
  result.reserve(text.size());
  for (char c : text) {
    if (may_stand(c)) {
      result += c;
    } else {
      auto byte = static_cast<unsigned char>(c);
      result += '%';
      result += k_digits[byte >> 4];
      result += k_digits[byte & 15];
    }
  }
  return result;
}

}  // namespace

Result<Url> Url::parse(std::string_view text) {
  if (text.size() > k_longest) return bad_url(text.substr(0, 100), "it is too long");
  bool clean = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
  if (!clean) return bad_url(text, "it holds a blank, control or non-ASCII character");
  size_t separator = text.find("://");
  if (separator == std::string_view::npos || !is_scheme(text.substr(0, separator)))
    return bad_url(text, "it does not begin with a scheme such as https://");

  Url url;
  url.scheme = to_lower(text.substr(0, separator));
  std::string_view rest = text.substr(separator + 3);
  rest = rest.substr(0, rest.find('#'));
  std::string_view authority = rest.substr(0, authority_end(rest));
  rest.remove_prefix(authority.size());
  if (size_t at = authority.rfind('@'); at != std::string_view::npos) {
    url.user_info = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }
  if (std::string_view why = parse_authority(authority, url); !why.empty())
    return bad_url(text, why);
  url.path = take_until(rest, '?');
  if (url.path.empty()) url.path = "/";
  url.query = rest;
  return url;
}

std::string Url::str() const {
  std::string text = scheme + "://";
  if (!user_info.empty()) text += user_info + "@";
  text += host;
  if (port) text += fmt::format(":{}", *port);
  text += path;
  if (!query.empty()) text += "?" + query;
  return text;
}

std::string Url::origin() const {
  unsigned usual = scheme == "https" ? 443 : scheme == "http" ? 80 : 0;
  return fmt::format("{}://{}:{}", scheme, host, port ? unsigned{*port} : usual);
}

std::string escape_path(std::string_view path) {
  return escaped(path, may_stand_in_path);
}

std::string escape_value(std::string_view text) {
  return escaped(text, [](char c) {
    return is_alpha(c) || is_digit(c) || std::string_view("-._~").contains(c);
  });
}

Result<std::string> unescape_path(std::string_view path) {
  std::string plain;
  plain.reserve(path.size());
  for (size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '%') {
      plain += path[i];
      continue;
    }
    auto byte = from_hex(path.substr(i + 1, 2));
    if (!byte || byte->size() != 1 || (*byte)[0] == '\0')
      return fail(ErrorCode::bad_input,
                  fmt::format("path {} has a bad percent-encoding", printable(path)));
    plain += *byte;
    i += 2;
  }
  return plain;
}

std::string join_url(std::string_view base, std::string_view relative) {
  base = base.substr(0, base.find('#'));
  std::string_view query = base;
  std::string joined(take_until(query, '?'));
  // The slashes of "file://" are not the path's: without one of its own, what follows would be a
  // host.
  if (!joined.ends_with('/') || joined.ends_with("://")) joined += '/';
  while (relative.starts_with('/')) relative.remove_prefix(1);
  joined += escape_path(relative);
  if (!query.empty()) joined.append("?").append(query);
  return joined;
}

Result<Url> resolve_url(const Url& base, std::string_view reference) {
  reference = reference.substr(0, reference.find('#'));
  size_t separator = reference.find("://");
  bool absolute = separator != std::string_view::npos && is_scheme(reference.substr(0, separator));
  if (absolute || reference.starts_with("//")) {
    Url url = TRY(Url::parse(absolute ? std::string(reference)
                                      : fmt::format("{}:{}", base.scheme, reference)));
    if (url.user_info.empty() && url.origin() == base.origin()) url.user_info = base.user_info;
    url.path = remove_dot_segments(url.path);
    return url;
  }
  Url root = base;
  root.path.clear();
  root.query.clear();
  std::string target(reference);
  if (reference.empty()) {
    target = base.path + (base.query.empty() ? "" : "?" + base.query);
  } else if (reference.starts_with('?')) {
    target = base.path + target;
  } else if (!reference.starts_with('/')) {
    target = base.path.substr(0, base.path.rfind('/') + 1) + target;
  }
  Url url = TRY(Url::parse(root.str() + target));
  url.path = remove_dot_segments(url.path);
  return url;
}

Result<Path> local_path(const Url& url) {
  if (url.scheme != "file" || !(url.host.empty() || url.host == "localhost"))
    return fail(ErrorCode::bad_input,
                fmt::format("{} does not name a file of this machine", redacted(url.str())),
                "file URLs have three slashes: file:///srv/mirror");
  return Path(TRY(unescape_path(url.path)));
}

std::string redacted(std::string_view url) {
  std::string shown;
  size_t separator = url.find("://");
  size_t start = separator == std::string_view::npos ? 0 : separator + 3;
  size_t end = start + authority_end(url.substr(start));
  // A password with a "/" that nobody escaped makes the authority end too early: what stands
  // before the last "@" is hidden unless the authority is a plain host and port.
  std::string_view authority = url.substr(start, end - start);
  Url ignored{.scheme = "file"};
  size_t at = url.substr(0, end).rfind('@');
  if (at == std::string_view::npos && !parse_authority(authority, ignored).empty())
    at = url.rfind('@');
  shown = url.substr(0, start);
  if (at != std::string_view::npos && at >= start) {
    shown += "***@";
    start = at + 1;
  }
  std::string_view rest = url.substr(start);
  rest = rest.substr(0, rest.find('#'));
  size_t query = rest.find('?');
  shown += rest.substr(0, query);
  if (query != std::string_view::npos) shown += "?...";
  return printable(shown, 500);
}

}  // namespace kiln

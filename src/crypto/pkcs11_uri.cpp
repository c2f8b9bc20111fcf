// SPDX-License-Identifier: Apache-2.0
#include "crypto/pkcs11_uri.hpp"

#include "base/bytes.hpp"
#include "base/strings.hpp"

#include <fmt/format.h>

namespace kiln {

namespace {

constexpr std::string_view k_scheme = "pkcs11:";

Result<std::string> percent_decoded(std::string_view text) {
  std::string bytes;
  while (!text.empty()) {
    if (text[0] != '%') {
      bytes += text[0];
      text.remove_prefix(1);
      continue;
    }
    if (text.size() < 3) return fail(ErrorCode::bad_input, "a percent sign ends the URI");
    bytes += TRY(from_hex(text.substr(1, 2)));
    text.remove_prefix(3);
  }
  return bytes;
}

std::string* member_of(Pkcs11Uri& uri, std::string_view name) {
  if (name == "token") return &uri.token;
  if (name == "serial") return &uri.serial;
  if (name == "manufacturer") return &uri.manufacturer;
  if (name == "model") return &uri.model;
  if (name == "object") return &uri.object;
  if (name == "id") return &uri.id;
  if (name == "module-path") return &uri.module_path;
  if (name == "pin-value") return &uri.pin_value;
  if (name == "pin-source") return &uri.pin_source;
  return nullptr;
}

Result<> read_part(Pkcs11Uri& uri, std::string_view part, char separator) {
  for (std::string_view attribute : split(part, separator)) {
    if (attribute.empty()) continue;
    std::string_view name = take_until(attribute, '=');
    std::string value = TRY(percent_decoded(attribute));
    std::string* member = member_of(uri, name);
    if (member != nullptr)
      *member = std::move(value);
    else if (name != "type" || value != "private")
      return fail(ErrorCode::bad_input,
                  fmt::format("'{}' in a pkcs11: URI does not name a private key here",
                              printable(name, 40)));
  }
  return {};
}

}  // namespace

Result<Pkcs11Uri> Pkcs11Uri::parse(std::string_view text) {
  if (!text.starts_with(k_scheme))
    return fail(ErrorCode::bad_input,
                fmt::format("'{}' is not a pkcs11: URI", printable(text, 80)));
  std::string_view rest = text.substr(k_scheme.size());
  std::string_view path = take_until(rest, '?');
  Pkcs11Uri uri;
  TRY(read_part(uri, path, ';'));
  TRY(read_part(uri, rest, '&'));
  if (uri.object.empty() && uri.id.empty())
    return fail(ErrorCode::bad_input, "the pkcs11: URI names no key",
                "give object=NAME or id=%01 in it");
  return uri;
}

}  // namespace kiln

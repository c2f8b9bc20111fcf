// SPDX-License-Identifier: Apache-2.0
#include "definition/package_request.hpp"

#include <fmt/format.h>

namespace kiln::definition {

namespace {

constexpr std::string_view k_letters_and_digits =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

// The first character outside `others`, letters, digits and ${...}; '\0' when there is none.
char first_foreign(std::string_view text, std::string_view others) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("${")) {
      size_t end = text.find('}', i);
      if (end == std::string_view::npos) return '$';
      i = end;
    } else if (!k_letters_and_digits.contains(text[i]) && !others.contains(text[i])) {
      return text[i];
    }
  }
  return '\0';
}

std::unexpected<Error> bad(std::string_view entry, std::string_view why) {
  return fail(ErrorCode::bad_input, fmt::format("package \"{}\": {}", entry, why),
              "write name, name=version, name~version or !name");
}

}  // namespace

std::string PackageRequest::str() const {
  std::string_view sign = match == VersionMatch::equal ? "=" : "~";
  return fmt::format("{}{}{}{}", excluded ? "!" : "", name, match == VersionMatch::none ? "" : sign,
                     version);
}

Result<PackageRequest> parse_package_request(std::string_view text) {
  PackageRequest request;
  std::string_view rest = text;
  if (rest.starts_with('!')) {
    request.excluded = true;
    rest.remove_prefix(1);
  }
  size_t sign = rest.find_first_of("=~");
  request.name = rest.substr(0, sign);
  if (request.name.empty()) return bad(text, "the name is missing");
  size_t at = request.excluded ? std::string::npos : request.name.find('@');
  if (at != std::string::npos && (at == 0 || at + 1 == request.name.size()))
    return bad(text, "a repository's tag stands behind the name: name@tag");
  if (char c = first_foreign(std::string_view(request.name).substr(0, at), "+-._:/"))
    return bad(text, fmt::format("\"{}\" cannot stand in a package name", c));
  std::string_view tag =
      at == std::string::npos ? std::string_view() : rest.substr(at + 1, sign - at - 1);
  if (char c = first_foreign(tag, "+-._"))
    return bad(text, fmt::format("\"{}\" cannot stand in a repository's tag", c));
  if (sign == std::string_view::npos) return request;
  if (request.excluded) return bad(text, "an exclusion is of all versions and names none");

  request.match = rest[sign] == '=' ? VersionMatch::equal : VersionMatch::fuzzy;
  request.version = rest.substr(sign + 1);
  if (request.version.empty()) return bad(text, "the version is missing");
  if (char c = first_foreign(request.version, "+-._:~"))
    return bad(text, fmt::format("\"{}\" cannot stand in a version", c));
  return request;
}

}  // namespace kiln::definition

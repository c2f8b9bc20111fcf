// SPDX-License-Identifier: Apache-2.0
#include "crypto/cleartext.hpp"

#include "base/strings.hpp"

#include <fmt/format.h>

namespace kiln {

namespace {

constexpr std::string_view k_begin = "-----BEGIN PGP SIGNED MESSAGE-----";
constexpr std::string_view k_begin_signature = "-----BEGIN PGP SIGNATURE-----";
constexpr std::string_view k_end_signature = "-----END PGP SIGNATURE-----";

std::unexpected<Error> refuse(std::string_view why) {
  return fail(ErrorCode::corrupt, fmt::format("not one cleartext signed message: {}", why));
}

// Cuts the first line off and gives it without blanks at its end.
std::string_view take_line(std::string_view& rest) {
  std::string_view line = take_until(rest, '\n');
  return line.substr(0, line.find_last_not_of(" \t\r") + 1);
}

Result<> skip_headers(std::string_view& rest) {
  while (!rest.empty()) {
    std::string_view line = take_line(rest);
    if (line.empty()) return {};
    if (!line.starts_with("Hash: ")) return refuse("a header other than Hash stands before it");
  }
  return refuse("it has no text");
}

Result<> check_armor(std::string_view rest) {
  while (!rest.empty()) {
    std::string_view line = take_line(rest);
    if (line == k_end_signature) {
      if (!trim(rest).empty()) return refuse("something follows the signature");
      return {};
    }
    if (line.starts_with('-')) return refuse("its signature is damaged");
  }
  return refuse("its signature has no end");
}

}  // namespace

Result<std::string> cleartext_of(std::string_view message) {
  if (message.find('\0') != message.npos) return refuse("it holds a NUL byte");
  std::string_view rest = message;
  if (take_line(rest) != k_begin) return refuse("it does not begin as one");
  TRY(skip_headers(rest));
  std::string text;
  text.reserve(rest.size());
  while (!rest.empty()) {
    std::string_view line = take_line(rest);
    if (line == k_begin_signature) {
      TRY(check_armor(rest));
      return text;
    }
    if (line.starts_with("- ")) {
      line.remove_prefix(2);
    } else if (line == "-") {
      line = {};
    } else if (line.starts_with('-')) {
      return refuse("a line begins with a dash that is not escaped");
    }
    text.append(line).push_back('\n');
  }
  return refuse("it has no signature");
}

std::string canonical_text(std::string_view text) {
  std::string canonical;
  canonical.reserve(text.size() + 1);
  while (!text.empty()) canonical.append(take_line(text)).push_back('\n');
  return canonical;
}

}  // namespace kiln

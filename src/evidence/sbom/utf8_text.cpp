// SPDX-License-Identifier: Apache-2.0
#include "evidence/sbom/utf8_text.hpp"

#include "data/utf8.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::sbom {

namespace {

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

// Calls `bad` for each byte that is not part of UTF-8 and appends all others.
template <typename Bad>
std::string well_formed(std::string_view bytes, const Bad& bad) {
  std::string out;
  while (auto at = find_invalid_utf8(bytes)) {
    out.append(bytes.substr(0, *at));
    bad(out, static_cast<unsigned char>(bytes[*at]));
    bytes.remove_prefix(*at + 1);
  }
  return out.append(bytes);
}

}  // namespace

std::string text_of(std::string_view bytes) {
  std::string out =
      well_formed(bytes, [](std::string& text, unsigned char byte) { append_utf8(text, byte); });
  std::erase_if(out, [](char c) { return is_control(c) && c != '\n' && c != '\t'; });
  return out;
}

std::string path_text(std::string_view path) {
  auto escape = [](std::string& text, unsigned char byte) {
    text += fmt::format("\\x{:02x}", byte);
  };
  std::string out;
  while (!path.empty()) {
    size_t plain = 0;
    while (plain < path.size() && !is_control(path[plain]) &&
           !path.substr(plain).starts_with("\\x"))
      ++plain;
    out += well_formed(path.substr(0, plain), escape);
    if (plain < path.size()) escape(out, static_cast<unsigned char>(path[plain]));
    path.remove_prefix(std::min(plain + 1, path.size()));
  }
  return out;
}

}  // namespace kiln::sbom

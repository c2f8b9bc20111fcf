// SPDX-License-Identifier: Apache-2.0
#include "oci/registry/challenge.hpp"

#include "base/strings.hpp"

namespace kiln::registry {

namespace {

bool is_token_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").contains(c);
}

void skip_blanks(std::string_view& rest) {
  size_t begin = rest.find_first_not_of(" \t");
  rest.remove_prefix(begin == std::string_view::npos ? rest.size() : begin);
}

std::string_view take_token(std::string_view& rest) {
  size_t end = 0;
  while (end < rest.size() && is_token_char(rest[end])) ++end;
  std::string_view token = rest.substr(0, end);
  rest.remove_prefix(end);
  return token;
}

// A quoted text from its opening quote on, without the quotes and escapes.
std::string take_quoted(std::string_view& rest) {
  std::string text;
  size_t i = 1;
  while (i < rest.size() && rest[i] != '"') {
    if (rest[i] == '\\' && i + 1 < rest.size()) ++i;
    text += rest[i++];
  }
  rest.remove_prefix(i < rest.size() ? i + 1 : i);
  return text;
}

}  // namespace

std::string Challenge::parameter(const std::string& name) const {
  auto found = parameters.find(name);
  return found == parameters.end() ? std::string() : found->second;
}

std::vector<Challenge> parse_challenges(std::string_view header) {
  std::vector<Challenge> challenges;
  while (true) {
    while (!header.empty() && (header[0] == ' ' || header[0] == '\t' || header[0] == ','))
      header.remove_prefix(1);
    std::string_view token = take_token(header);
    if (token.empty()) return challenges;
    skip_blanks(header);
    if (!header.starts_with('=')) {
      challenges.push_back({to_lower(token), {}});
      continue;
    }
    header.remove_prefix(1);
    skip_blanks(header);
    std::string value =
        header.starts_with('"') ? take_quoted(header) : std::string(take_token(header));
    if (!challenges.empty())
      challenges.back().parameters.insert_or_assign(to_lower(token), std::move(value));
  }
}

}  // namespace kiln::registry

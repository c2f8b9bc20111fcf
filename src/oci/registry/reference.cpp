// SPDX-License-Identifier: Apache-2.0
#include "oci/registry/reference.hpp"

#include "base/strings.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::registry {

namespace {

constexpr std::string_view k_hub = "docker.io";
constexpr size_t k_longest_name = 255;
constexpr size_t k_longest_tag = 128;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_lower_alnum(char c) {
  return (c >= 'a' && c <= 'z') || is_digit(c);
}

bool is_word(char c) {
  return is_lower_alnum(c) || (c >= 'A' && c <= 'Z') || c == '_';
}

// What stands between two runs of letters and digits: ".", "_", "__" or any number of "-".
bool is_separator(std::string_view text) {
  return text == "." || text == "_" || text == "__" ||
         text.find_first_not_of('-') == std::string_view::npos;
}

bool is_component(std::string_view text) {
  if (text.empty() || !is_lower_alnum(text.front()) || !is_lower_alnum(text.back())) return false;
  for (size_t i = 0; i < text.size();) {
    size_t begin = i;
    bool alnum = is_lower_alnum(text[i]);
    while (i < text.size() && is_lower_alnum(text[i]) == alnum) ++i;
    if (!alnum && !is_separator(text.substr(begin, i - begin))) return false;
  }
  return true;
}

bool is_host(std::string_view text) {
  std::string_view name = text;
  size_t colon = text.rfind(':');
  if (colon != std::string_view::npos && !text.ends_with(']')) {
    std::optional<uint64_t> port = parse_decimal(text.substr(colon + 1));
    if (!port || *port == 0 || *port > UINT16_MAX) return false;
    name = text.substr(0, colon);
  }
  if (name.starts_with('['))
    return name.size() > 2 && name.ends_with(']') &&
           name.substr(1, name.size() - 2).find_first_not_of("0123456789abcdef:.") ==
               std::string_view::npos;
  return !name.empty() && name.front() != '-' && name.front() != '.' &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_lower_alnum(c) || c == '-' || c == '.'; });
}

bool looks_like_host(std::string_view component) {
  return component == "localhost" || component.find_first_of(".:[") != std::string_view::npos;
}

std::unexpected<Error> bad_reference(std::string_view text, std::string_view why) {
  return fail(ErrorCode::bad_input,
              fmt::format("\"{}\" does not name an image: {}", printable(text), why),
              "write HOST/REPOSITORY:TAG or HOST/REPOSITORY@sha256:..., "
              "such as registry.example/base/nginx:1");
}

// Cuts "@digest" and ":tag" off the end of a name. Returns why it cannot, or nothing.
Result<> take_ends(std::string_view& rest, Reference& reference, std::string_view text) {
  if (size_t at = rest.find('@'); at != std::string_view::npos) {
    Result<Digest> digest = Digest::parse(rest.substr(at + 1));
    if (!digest) return bad_reference(text, "what follows \"@\" is not a SHA-256 digest");
    reference.digest = *digest;
    rest = rest.substr(0, at);
  }
  size_t colon = rest.rfind(':');
  size_t slash = rest.rfind('/');
  if (colon == std::string_view::npos || (slash != std::string_view::npos && colon < slash))
    return {};
  reference.tag = rest.substr(colon + 1);
  rest = rest.substr(0, colon);
  if (!is_tag(reference.tag))
    return bad_reference(text, fmt::format("\"{}\" is not a tag", printable(reference.tag)));
  return {};
}

}  // namespace

bool is_repository(std::string_view text) {
  std::vector<std::string_view> components = split(text, '/');
  return text.size() <= k_longest_name && std::ranges::all_of(components, is_component);
}

bool is_tag(std::string_view text) {
  return !text.empty() && text.size() <= k_longest_tag && is_word(text.front()) &&
         std::ranges::all_of(text, [](char c) { return is_word(c) || c == '.' || c == '-'; });
}

bool names_a_host(std::string_view text) {
  size_t slash = text.find('/');
  if (slash == std::string_view::npos || text.starts_with('.')) return false;
  std::string host = to_lower(text.substr(0, slash));
  return looks_like_host(host) && is_host(host);
}

Result<Reference> Reference::parse(std::string_view text) {
  Reference reference;
  std::string_view rest = text;
  size_t slash = rest.find('/');
  if (slash != std::string_view::npos && looks_like_host(to_lower(rest.substr(0, slash)))) {
    reference.host = to_lower(rest.substr(0, slash));
    rest.remove_prefix(slash + 1);
    if (!is_host(reference.host))
      return bad_reference(text, fmt::format("\"{}\" is not a host", printable(reference.host)));
  }
  if (reference.host.empty() || reference.host == "index.docker.io" ||
      reference.host == "registry-1.docker.io")
    reference.host = k_hub;
  TRY(take_ends(rest, reference, text));
  reference.repository = rest;
  if (reference.host == k_hub && rest.find('/') == std::string_view::npos)
    reference.repository = fmt::format("library/{}", rest);
  if (!is_repository(reference.repository))
    return bad_reference(
        text, fmt::format("\"{}\" is not a repository's name, which is in lower case letters, "
                          "digits and single separators between them",
                          printable(rest)));
  if (reference.tag.empty() && !reference.digest) reference.tag = "latest";
  return reference;
}

std::string Reference::name() const {
  return host + "/" + repository;
}

std::string Reference::str() const {
  std::string text = name();
  if (!tag.empty()) text += ":" + tag;
  if (digest) text += "@" + digest->str();
  return text;
}

std::string Reference::selector() const {
  return digest ? digest->str() : tag;
}

std::string api_host(std::string_view host) {
  return host == k_hub ? "registry-1.docker.io" : std::string(host);
}

}  // namespace kiln::registry

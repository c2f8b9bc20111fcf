// SPDX-License-Identifier: Apache-2.0
#include "oci/registry/refusal.hpp"

#include "base/strings.hpp"
#include "data/json.hpp"

#include <fmt/format.h>

namespace kiln::registry {

namespace {

constexpr size_t k_most_shown = 3;

std::string member(const Json& json, std::string_view name) {
  const Json* found = json.is_object() ? json.find(name) : nullptr;
  return found != nullptr && found->is_string() ? printable(found->as_string()) : std::string();
}

std::string hint_for(int status) {
  switch (status) {
    case 401:
    case 403:
      return "log in with an account that may do this: docker login, podman login and skopeo login "
             "leave the credentials where Kiln finds them";
    case 404:
      return "check the name; a registry also says this of what the account may not see";
    case 413:
      return "the registry or a proxy before it takes no larger requests";
    case 429:
      return "the registry limits requests: log in, or wait";
    default:
      return status >= 500 ? "the registry has a problem of its own: try again later" : "";
  }
}

}  // namespace

std::string error_text(std::string_view body) {
  Result<Json> json = parse_json(body, {.depth = 32, .size = 1U << 20});
  if (!json || !json->is_object()) return {};
  const Json* errors = json->find("errors");
  if (errors == nullptr || !errors->is_array()) return {};
  std::string text;
  size_t shown = 0;
  for (const Json& error : errors->as_array()) {
    std::string code = member(error, "code");
    std::string message = member(error, "message");
    if (code.empty() && message.empty()) continue;
    if (shown++ == k_most_shown) break;
    text += text.empty() ? "" : "; ";
    text += code.empty() || message.empty() ? code + message : code + ": " + message;
  }
  return text;
}

std::unexpected<Error> refusal(std::string_view what, const HttpAnswer& answer) {
  std::string said = error_text(answer.body);
  ErrorCode code = answer.status == 404   ? ErrorCode::not_found
                   : answer.status == 413 ? ErrorCode::limit
                                          : ErrorCode::network;
  return fail(code,
              fmt::format("{}: it answered {}{}", what, answer.status,
                          said.empty() ? "" : fmt::format(" ({})", said)),
              hint_for(answer.status));
}

}  // namespace kiln::registry

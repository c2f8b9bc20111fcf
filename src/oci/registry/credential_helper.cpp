// SPDX-License-Identifier: Apache-2.0
#include "oci/registry/credential_helper.hpp"

#include "base/process.hpp"
#include "base/strings.hpp"
#include "data/json.hpp"

#include <fmt/format.h>

namespace kiln::registry {

namespace {

constexpr size_t k_largest_answer = 1U << 20;

// A name, not a path: helpers are found in PATH alone.
bool is_helper_name(std::string_view name) {
  return !name.empty() && name.find_first_not_of(
                              "abcdefghijklmnopqrstuvwxyz"
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                              "0123456789._-") == std::string_view::npos;
}

}  // namespace

Result<std::optional<Credentials>> ask_helper(const std::string& name, std::string_view host,
                                              const Environment& environment) {
  if (!is_helper_name(name))
    return fail(ErrorCode::bad_input,
                fmt::format("\"{}\" is not the name of a credential helper", printable(name)));
  ProcessRequest request;
  request.arguments = {"docker-credential-" + name, "get"};
  request.input = host == "docker.io" ? "https://index.docker.io/v1/" : std::string(host);
  request.output_limit = k_largest_answer;
  std::vector<std::string> variables;
  for (const auto& [key, value] : environment) variables.push_back(key + "=" + value);
  request.environment = std::move(variables);
  ProcessResult result = TRY_CONTEXT(
      run_process(request), fmt::format("asking the credential helper {}", printable(name)));
  if (result.exit_code != 0) {
    if (result.output.find("credentials not found") != std::string::npos) return std::nullopt;
    std::string said = printable(trim(result.error_output + result.output));
    return fail(ErrorCode::io, fmt::format("the credential helper {} failed: {}", name, said));
  }
  Result<Json> json = parse_json(result.output, {.depth = 8, .size = k_largest_answer});
  if (!json || !json->is_object())
    return fail(ErrorCode::corrupt,
                fmt::format("the credential helper {} does not answer in JSON", name));
  Credentials found;
  found.user = TRY(json->get_string_or("Username", ""));
  found.password = TRY(json->get_string_or("Secret", ""));
  if (found.user == "<token>") {
    found.identity_token = std::move(found.password);
    found.user.clear();
    found.password.clear();
  }
  return found;
}

}  // namespace kiln::registry

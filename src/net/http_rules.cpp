// SPDX-License-Identifier: Apache-2.0
#include "net/http_rules.hpp"

#include "base/strings.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln {

namespace {

constexpr std::chrono::milliseconds k_first_wait{500};
constexpr std::chrono::milliseconds k_longest_wait{30'000};

}  // namespace

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool is_worth_another_try(int status) {
  return status == 408 || status == 429 || status >= 500;
}

bool is_secret_header(std::string_view name) {
  std::string lower = to_lower(name);
  return lower == "authorization" || lower == "cookie" || lower == "proxy-authorization";
}

bool is_clean_header(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

Result<Url> redirect_target(const Url& at, std::string_view location) {
  auto target = resolve_url(at, location);
  if (!target || (target->scheme != "https" && target->scheme != "http"))
    return fail(ErrorCode::network, "redirected to something that is not a web address");
  if (at.scheme == "https" && target->scheme == "http")
    return fail(ErrorCode::network,
                fmt::format("redirected from https to {}, which is not encrypted",
                            redacted(target->str())));
  return target;
}

std::chrono::milliseconds wait_before_attempt(int attempt, std::string_view retry_after) {
  std::chrono::milliseconds wait = k_first_wait * (1 << std::clamp(attempt - 2, 0, 10));
  if (auto seconds = parse_decimal(retry_after))
    wait = std::max<std::chrono::milliseconds>(
        wait, std::chrono::seconds(std::min<uint64_t>(*seconds, 3600)));
  return std::min(wait, k_longest_wait);
}

}  // namespace kiln

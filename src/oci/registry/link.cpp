// SPDX-License-Identifier: Apache-2.0
#include "oci/registry/link.hpp"

#include "base/strings.hpp"

#include <fmt/format.h>

namespace kiln::registry {

namespace {

bool says_next(std::string_view parameters) {
  while (!parameters.empty()) {
    std::string_view value = take_until(parameters, ';');
    std::string_view name = trim(take_until(value, '='));
    value = trim(value);
    if (to_lower(name) == "rel" && (value == "next" || value == "\"next\"")) return true;
  }
  return false;
}

}  // namespace

std::optional<std::string_view> next_link(std::string_view header) {
  while (true) {
    size_t begin = header.find('<');
    size_t end = header.find('>', begin == std::string_view::npos ? 0 : begin);
    if (begin == std::string_view::npos || end == std::string_view::npos) return std::nullopt;
    std::string_view target = header.substr(begin + 1, end - begin - 1);
    header.remove_prefix(end + 1);
    if (says_next(header.substr(0, header.find('<')).substr(0, header.find(',')))) return target;
  }
}

Result<std::optional<Url>> next_page(const Url& page, std::string_view header) {
  std::optional<std::string_view> target = next_link(header);
  if (!target) return std::nullopt;
  Url next = TRY(resolve_url(page, *target));
  if (next.host != page.host)
    return fail(ErrorCode::corrupt,
                fmt::format("the registry {} continues its list at another server, {}", page.host,
                            printable(next.host)));
  next.scheme = page.scheme;
  next.port = page.port;
  next.user_info.clear();
  return next;
}

}  // namespace kiln::registry

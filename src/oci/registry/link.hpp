// SPDX-License-Identifier: Apache-2.0
//
// Lists that a registry gives in pages: each names the next in a Link header (RFC 8288), such as
// </v2/base/nginx/tags/list?last=1&n=100>; rel="next"
#pragma once
#include "net/url.hpp"

#include <optional>
#include <string_view>

namespace kiln::registry {

// The target of the header's rel="next", if it has one.
std::optional<std::string_view> next_link(std::string_view header);

// The next page's URL, seen from `page`. The server must be the same, since the user's credentials
// go there; fails with corrupt when it is not. A scheme or port that a proxy in front of the
// registry does not know is put right.
Result<std::optional<Url>> next_page(const Url& page, std::string_view header);

}  // namespace kiln::registry

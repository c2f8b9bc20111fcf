// SPDX-License-Identifier: Apache-2.0
//
// What the readers of plans and locks share: they accept exactly the members that their format
// number defines, so that nothing a newer Kiln wrote is passed over in silence.
#pragma once
#include "data/json.hpp"

#include <initializer_list>
#include <string_view>

namespace kiln::plan {

// Fails (corrupt) when the value is no object or has another member.
Result<> only_members(const Json& json, std::initializer_list<std::string_view> members);

// Fails with unsupported when `format` is newer than `format`, with corrupt when it is no number.
Result<> check_format(const Json& json, int64_t format, std::string_view what);

// The `format` of a document that is read in every format from 1 to `newest`. Fails as above.
Result<int64_t> read_format(const Json& json, int64_t newest, std::string_view what);

}  // namespace kiln::plan

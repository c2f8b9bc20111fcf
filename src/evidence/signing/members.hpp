// SPDX-License-Identifier: Apache-2.0
//
// Reading documents in the JSON form of protocol buffers, strictly: whole numbers may be texts,
// bytes are standard base64, members with their default value may be absent, and a member that the
// format does not have is an error, as in the parsers of other implementations.
#pragma once
#include "base/bytes.hpp"
#include "base/time.hpp"
#include "data/json.hpp"

#include <initializer_list>
#include <string>
#include <string_view>

namespace kiln::signing {

// The value as an object that has no members but these. Fails with corrupt, naming `what`.
Result<> expect_members(const Json& json, std::string_view what,
                        std::initializer_list<std::string_view> known);

// The member's base64, decoded; empty when the member is not there.
Result<std::string> get_bytes(const Json& json, const MemberPath& path);

// A number of 0 to 2^63 - 1, as number or text; 0 when the member is not there.
Result<uint64_t> get_number(const Json& json, const MemberPath& path);

// An RFC 3339 time; none when the member is not there.
Result<std::optional<UnixTime>> get_time(const Json& json, const MemberPath& path);

// The items of an array, of at most `most`; none when the member is not there.
Result<std::vector<Json>> get_items(const Json& json, const MemberPath& path, size_t most);

}  // namespace kiln::signing

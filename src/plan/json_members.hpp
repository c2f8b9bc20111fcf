// SPDX-License-Identifier: Apache-2.0
//
// What the readers and writers of plans, locks and build records share. They accept exactly the
// members that their format number defines, so that nothing a newer Kiln wrote is passed over in
// silence.
#pragma once
#include "base/time.hpp"
#include "crypto/digest.hpp"
#include "data/json.hpp"

#include <initializer_list>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace kiln::plan {

// Fails (corrupt) when the value is no object or has another member.
Result<> only_members(const Json& json, std::initializer_list<std::string_view> members);

// Fails with unsupported when `format` is newer than `format`, with corrupt when it is no number.
Result<> check_format(const Json& json, int64_t format, std::string_view what);

// The `format` of a document that is read in every format from 1 to `newest`. Fails as above.
Result<int64_t> read_format(const Json& json, int64_t newest, std::string_view what);

// A member that is a digest, as "sha256:..." or as bare digits.
Result<Digest> get_digest(const Json& json, std::string_view key);
Result<Digest> get_hex_digest(const Json& json, std::string_view key);

// A member that is a time of RFC 3339, in seconds since 1970.
Result<UnixTime> get_time(const Json& json, std::string_view key);

// A member that counts bytes. Fails (corrupt) when it is negative.
Result<uint64_t> get_size(const Json& json, std::string_view key);

// Lists, item by item as `write` and `read` have it. Reading fails (limit) when there are more than
// `most` items.
template <typename T, typename Write>
Json array_of(const std::vector<T>& items, Write write) {
  Json array = Json::array();
  for (const T& item : items) array.push_back(write(item));
  return array;
}

template <typename T, typename Read>
Result<std::vector<T>> vector_from(const Json& json, std::string_view key, Read read,
                                   size_t most = SIZE_MAX) {
  const Json::Array* array = TRY(json.get_array(key));
  if (array->size() > most)
    return fail(ErrorCode::limit, fmt::format("{} has {} entries", key, array->size()));
  std::vector<T> items;
  for (const Json& item : *array) items.push_back(TRY(read(item)));
  return items;
}

}  // namespace kiln::plan

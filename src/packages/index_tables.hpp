// SPDX-License-Identifier: Apache-2.0
//
// What the compiled package indexes of all distributions are read with: tables of plain records,
// one behind the other, that a mapped file holds without alignment.
#pragma once
#include "base/result.hpp"

#include <cstdint>
#include <cstring>
#include <string_view>

namespace kiln::packages {

inline std::unexpected<Error> damaged_index() {
  return fail(ErrorCode::corrupt, "a compiled package index is damaged");
}

// An item of a table; the caller has checked that the table has it.
template <typename T>
T load_item(const char* table, uint64_t place) {
  T value;
  std::memcpy(&value, table + place * sizeof(T), sizeof(T));
  return value;
}

// The tables behind an index's header, cut off one by one.
class IndexTables {
 public:
  explicit IndexTables(std::string_view bytes) : rest_(bytes) {}
  // The next `count` items of `item` bytes each. Where fewer are left the tables are not whole,
  // and nothing that was taken may be read.
  const char* take(uint64_t count, uint64_t item) {
    const char* table = rest_.data();
    whole_ = whole_ && rest_.size() / item >= count;
    if (whole_) rest_.remove_prefix(count * item);
    return table;
  }
  bool whole() const { return whole_; }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  bool whole_ = true;
};

}  // namespace kiln::packages

// SPDX-License-Identifier: Apache-2.0
//
// The fields D:, p: and i: of an index, read relation by relation without a list of them in memory.
// An index has some hundred thousand, nearly all of them a name or "name=version": these are read
// in one pass, the others by relation_of_word, which says the same of all.
#pragma once
#include "packages/apk/relation.hpp"

#include <array>
#include <cstdint>

namespace kiln::packages::apk {

namespace relation_field {

enum class Kind : uint8_t { plain, blank, special };

inline constexpr auto k_kinds = [] {
  std::array<Kind, 256> kinds = {};
  for (char c : {' ', '\t'}) kinds[static_cast<uint8_t>(c)] = Kind::blank;
  for (char c : {'!', '@', '<', '>', '=', '~'}) kinds[static_cast<uint8_t>(c)] = Kind::special;
  return kinds;
}();

// Where in `field` after `place` the first character is that is none of the plain ones.
inline size_t end_of_plain(std::string_view field, size_t place) {
  while (place < field.size() && k_kinds[static_cast<uint8_t>(field[place])] == Kind::plain)
    ++place;
  return place;
}

inline bool is_end(std::string_view field, size_t place) {
  return place == field.size() || k_kinds[static_cast<uint8_t>(field[place])] == Kind::blank;
}

}  // namespace relation_field

// Calls use(relation) for each word of a field.
template <typename Use>
void for_each_relation(std::string_view field, Use use) {
  using namespace relation_field;
  for (size_t begin = 0; begin < field.size();) {
    size_t end = end_of_plain(field, begin);
    Relation relation{.name = field.substr(begin, end - begin), .tag = {}, .version = {}};
    bool simple = is_end(field, end);
    if (!simple && end > begin && field[end] == '=') {
      size_t version = end + 1;
      end = end_of_plain(field, version);
      simple = end > version && is_end(field, end);
      relation.version = field.substr(version, end - version);
      relation.equal = true;
    }
    while (!is_end(field, end)) ++end;
    std::string_view word = field.substr(begin, end - begin);
    if (!simple) relation = relation_of_word(word);
    if (!word.empty()) use(relation);
    begin = end + 1;
  }
}

}  // namespace kiln::packages::apk

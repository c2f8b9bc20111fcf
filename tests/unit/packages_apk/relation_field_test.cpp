// SPDX-License-Identifier: Apache-2.0
#include "packages/apk/relation_field.hpp"

#include "base/strings.hpp"

#include <random>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

namespace kiln::packages::apk {
namespace {

using Said = std::tuple<std::string, std::string, std::string, bool, bool, bool, bool, bool>;

Said said_by(const Relation& relation) {
  return {std::string(relation.name),
          std::string(relation.tag),
          std::string(relation.version),
          relation.conflict,
          relation.less,
          relation.equal,
          relation.greater,
          relation.fuzzy};
}

std::vector<Said> read_at_once(std::string_view field) {
  std::vector<Said> all;
  for_each_relation(field, [&](const Relation& relation) { all.push_back(said_by(relation)); });
  return all;
}

TEST(ApkRelationField, SaysWhatEachWordSays) {
  std::mt19937_64 random(1);
  constexpr std::string_view k_letters = "ab1:.=<>~!@ \t=";
  for (int i = 0; i < 50000; ++i) {
    std::string field;
    for (size_t length = random() % 24; length > 0; --length)
      field += k_letters[random() % k_letters.size()];
    std::vector<Said> expected;
    for (std::string_view word : split_words(field))
      expected.push_back(said_by(relation_of_word(word)));
    ASSERT_EQ(read_at_once(field), expected) << field;
  }
}

}  // namespace
}  // namespace kiln::packages::apk

// SPDX-License-Identifier: Apache-2.0
#include "data/json_check.hpp"

#include "data/json.hpp"
#include "support/result_matchers.hpp"
#include "support/shared_data.hpp"

#include <random>

#include <gtest/gtest.h>

namespace kiln {
namespace {

bool is_object_by_reading(std::string_view text) {
  auto json = parse_json(text);
  return json && json->is_object();
}

constexpr std::string_view k_sample =
    R"( {"a":[1,-2.5,0,{"b":"x\n\"\u00e4","c":{}},[]],"d":true,"e":null,"f":false,"g":"Ã¤"} )";

TEST(JsonCheck, TakesAnObjectAndNothingElse) {
  EXPECT_OK(check_json_object(k_sample));
  EXPECT_OK(check_json_object("{}"));
  for (std::string_view text :
       {"", "[]", "1", "\"x\"", "{}{}", "{} x", "{\"a\":1,}", "{\"a\" 1}", "{\"a\":01}",
        "{\"a\":1.}", "{\"a\":-}", "{\"a\":tru}", "{\"a\":\"\n\"}", "{\"a\":\"\\x\"}", "{\"a\":[1}",
        "{\"a\":\"\xff\"}"})
    EXPECT_FALSE(check_json_object(text)) << text;
}

TEST(JsonCheck, FindsANameThatStandsTwice) {
  auto result = check_json_object(R"({"x":{"a":1,"b":2,"a":3}})");
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("the name \"a\" stands twice"), std::string::npos);
  EXPECT_FALSE(check_json_object(R"({"a":1,"\u0061":2})")) << "also when one is escaped";
  EXPECT_OK(check_json_object(R"({"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]})"));
}

TEST(JsonCheck, AgreesWithReadingOnDamagedDocuments) {
  std::mt19937 random(testing::fresh_seed());
  constexpr std::string_view k_characters = "{}[]\",:\\u019-.e tn\xc3\xa4\n";
  for (int round = 0; round < 20'000; ++round) {
    std::string text(k_sample);
    for (size_t changes = 1 + random() % 3; changes > 0; --changes) {
      size_t place = random() % text.size();
      char c = k_characters[random() % k_characters.size()];
      switch (random() % 3) {
        case 0:
          text[place] = c;
          break;
        case 1:
          text.erase(place, 1 + random() % 3);
          break;
        default:
          text.insert(place, 1, c);
      }
    }
    EXPECT_EQ(check_json_object(text).has_value(), is_object_by_reading(text)) << text;
  }
}

TEST(JsonCheck, LeavesDeepNestingToTheReader) {
  std::string deep = std::string(100, '[') + std::string(100, ']');
  EXPECT_OK(check_json_object("{\"a\":" + deep + "}"));
  std::string too_deep = std::string(200, '[') + std::string(200, ']');
  EXPECT_FALSE(check_json_object("{\"a\":" + too_deep + "}"));
}

}  // namespace
}  // namespace kiln

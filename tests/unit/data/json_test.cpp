// SPDX-License-Identifier: Apache-2.0
#include "data/json.hpp"

#include "support/result_matchers.hpp"
#include "support/shared_data.hpp"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::value;

std::string error_of(std::string_view text, const JsonLimits& limits = {}) {
  auto result = parse_json(text, limits);
  return result ? "no error" : result.error().str();
}

TEST(Json, IsPleasantToBuild) {
  Json config = Json::object({{"User", "nonroot"},
                              {"Cmd", Json::array({"curl", "--help"})},
                              {"Count", 3},
                              {"On", true},
                              {"None", nullptr}});
  config["Extra"] = Json::array_of(std::vector<std::string>{"x"});
  EXPECT_EQ(
      canonical(config),
      R"({"Cmd":["curl","--help"],"Count":3,"Extra":["x"],"None":null,"On":true,"User":"nonroot"})");
}

TEST(Json, PrettyIndentsByTwoAndEndsWithANewline) {
  EXPECT_EQ(pretty(Json::object({{"b", Json::array({1, 2})}, {"a", Json::object()}})),
            "{\n  \"a\": {},\n  \"b\": [\n    1,\n    2\n  ]\n}\n");
}

TEST(Json, SortsNamesByUtf16CodeUnits) {
  // The example of RFC 8785 section 3.2.3.
  Json object = value(parse_json(
      R"({"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh",)"
      R"("1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control",)"
      R"("\u00f6":"Latin Small Letter O With Diaeresis"})"));
  std::vector<std::string> names;
  for (const auto& [key, member] : object.as_object()) names.push_back(key);
  EXPECT_THAT(names, ElementsAre("\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001F600", "\ufb33"));
}

TEST(Json, WritesFractionsAsEcmaScriptDoes) {
  // From RFC 8785 appendix B and the corners between its notations.
  std::pair<double, std::string_view> cases[] = {
      {0.0, "0"},
      {-0.0, "0"},
      {5e-324, "5e-324"},
      {-5e-324, "-5e-324"},
      {1.7976931348623157e308, "1.7976931348623157e+308"},
      {295147905179352830000.0, "295147905179352830000"},
      {9.999999999999997e22, "9.999999999999997e+22"},
      {1e23, "1e+23"},
      {1e21, "1e+21"},
      {999999999999999900000.0, "999999999999999900000"},
      {0.000001, "0.000001"},
      {1e-7, "1e-7"},
      {333333333.33333329, "333333333.3333333"},
      {4.5, "4.5"}};
  for (auto [number, text] : cases) EXPECT_EQ(canonical(Json(number)), text);
}

TEST(Json, KeepsIntegersExact) {
  EXPECT_EQ(canonical(value(parse_json("[9223372036854775807,-9223372036854775808,-0]"))),
            "[9223372036854775807,-9223372036854775808,0]");
  EXPECT_TRUE(value(parse_json("9223372036854775808")).is_double());
}

TEST(Json, EscapesOnlyWhatMustBeEscaped) {
  std::string text = std::string("\"\\/\b\f\n\r\t\x01\x7f") + "\u00e9\U0001F600";
  EXPECT_EQ(canonical(Json(text)),
            std::string(R"("\"\\/\b\f\n\r\t\u0001)") + "\x7f\u00e9\U0001F600\"");
  EXPECT_EQ(value(parse_json(canonical(Json(text)))), Json(text));
}

TEST(Json, RefusesWhatIsNotJsonWithThePlace) {
  EXPECT_THAT(error_of("{\n  \"a\": 1,\n  \"a\": 2}"),
              HasSubstr("line 3, column 3: the name \"a\" stands twice"));
  EXPECT_THAT(error_of("[1 2]"), HasSubstr("line 1, column 4: expected \",\" or \"]\""));
  for (std::string_view bad : {"",
                               " ",
                               "{",
                               "[",
                               "[1,]",
                               "{\"a\":1,}",
                               "{a:1}",
                               "01",
                               "-",
                               "1.",
                               ".5",
                               "1e",
                               "+1",
                               "tru",
                               "\"",
                               "\"\\x\"",
                               "\"\\u12\"",
                               "\"\\ud800\"",
                               "\"\\ud800\\u0041\"",
                               "\"\\udc00\"",
                               "\"\n\"",
                               "1 2",
                               "NaN",
                               "1e999",
                               "\"\xff\"",
                               "\"\xed\xa0\x80\"",
                               "'a'",
                               "[1]]",
                               "//c\n1"})
    EXPECT_FALSE(parse_json(bad)) << bad;
  EXPECT_FALSE(parse_json(std::string_view("1\0", 2)));
}

TEST(Json, BoundsDepthAndSize) {
  EXPECT_OK(parse_json("[[[1]]]", {.depth = 3}));
  EXPECT_THAT(error_of("[[[1]]]", {.depth = 2}), HasSubstr("nested too deeply"));
  EXPECT_THAT(error_of("[1,2,3]", {.size = 6}), HasSubstr("7 bytes"));
  EXPECT_THAT(error_of(std::string(1'000'000, '[')), HasSubstr("nested too deeply"));
}

TEST(Json, GettersNameThePath) {
  Json index = value(
      parse_json(R"({"platform":{"os":"linux","n":1},"tags":["a","b"],"bad":["a",1],"no":null})"));
  EXPECT_EQ(value(index.get_string({"platform", "os"})), "linux");
  EXPECT_EQ(value(index.get_int({"platform", "n"})), 1);
  EXPECT_THAT(value(index.get_strings("tags")), ElementsAre("a", "b"));
  EXPECT_EQ(value(index.get_string_or("no", "x")), "x");
  EXPECT_EQ(value(index.get_int_or("absent", 7)), 7);
  EXPECT_EQ(index.get_string({"platform", "n"}).error().message,
            "\"platform.n\" must be a string, not a whole number");
  EXPECT_EQ(index.get_string({"platform", "os", "x"}).error().message,
            "\"platform.os.x\" is missing");
  EXPECT_EQ(index.get_strings("bad").error().message,
            "\"bad\" must be an array of strings, not a whole number");
  EXPECT_FALSE(index.get_string_or({"platform", "n"}, "x"));
}

Json random_json(std::mt19937_64& random, int depth) {
  switch (random() % (depth > 0 ? 7 : 5)) {
    case 0:
      return nullptr;
    case 1:
      return random() % 2 == 0;
    case 2:
      return static_cast<int64_t>(random());
    case 3:
      return static_cast<double>(static_cast<int64_t>(random())) / 1024.5;
    case 4: {
      std::string text;
      for (uint64_t n = random() % 8; n > 0; --n) text += static_cast<char>(random() % 128);
      return text;
    }
    case 5: {
      Json array = Json::array();
      for (uint64_t n = random() % 4; n > 0; --n) array.push_back(random_json(random, depth - 1));
      return array;
    }
    default: {
      Json object = Json::object();
      for (uint64_t n = random() % 4; n > 0; --n)
        object[std::to_string(random() % 100)] = random_json(random, depth - 1);
      return object;
    }
  }
}

TEST(Json, ReadsBackWhatItWrites) {
  std::mt19937_64 random(testing::fresh_seed());
  for (int i = 0; i < 2000; ++i) {
    Json json = random_json(random, 4);
    // A fraction without a fractional part is written, and so read back, as a whole number.
    EXPECT_EQ(canonical(value(parse_json(canonical(json)))), canonical(json));
    EXPECT_EQ(canonical(value(parse_json(pretty(json)))), canonical(json));
  }
}

}  // namespace
}  // namespace kiln

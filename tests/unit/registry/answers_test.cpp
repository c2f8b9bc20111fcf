// SPDX-License-Identifier: Apache-2.0
//
// What registries say in headers and error bodies.
#include "oci/registry/challenge.hpp"
#include "oci/registry/link.hpp"
#include "oci/registry/refusal.hpp"
#include "support/result_matchers.hpp"

namespace kiln::registry {
namespace {

using testing::value;

TEST(Challenge, ReadsSeveralWithQuotesAndCommas) {
  auto challenges = parse_challenges(
      "Bearer realm=\"https://auth.example/token\",service=\"r\", "
      "scope=\"repository:a/b:pull,push\" , error=invalid_token, Basic Realm = \"a \\\"b\\\"\"");
  ASSERT_EQ(challenges.size(), 2U);
  EXPECT_EQ(challenges[0].scheme, "bearer");
  EXPECT_EQ(challenges[0].parameter("realm"), "https://auth.example/token");
  EXPECT_EQ(challenges[0].parameter("scope"), "repository:a/b:pull,push");
  EXPECT_EQ(challenges[0].parameter("error"), "invalid_token");
  EXPECT_EQ(challenges[1].scheme, "basic");
  EXPECT_EQ(challenges[1].parameter("realm"), "a \"b\"");
  EXPECT_EQ(challenges[1].parameter("other"), "");
}

TEST(Challenge, SurvivesNonsense) {
  for (const char* text : {"", ",,,", "=", "Bearer realm=\"unclosed", "Bearer realm=", "a=b=c",
                           "Negotiate abc==", "\x01\x02", "Basic \"x\""})
    EXPECT_LE(parse_challenges(text).size(), 2U) << text;
}

TEST(Link, FindsTheNextPage) {
  EXPECT_EQ(next_link("</v2/a/tags/list?last=x&n=2>; rel=\"next\""), "/v2/a/tags/list?last=x&n=2");
  EXPECT_EQ(next_link("<a>; rel=prev, <b>; title=x; rel=next"), "b");
  EXPECT_EQ(next_link("<a>; rel=\"prev\""), std::nullopt);
  EXPECT_EQ(next_link("<a"), std::nullopt);
  EXPECT_EQ(next_link(""), std::nullopt);
}

TEST(Link, StaysAtTheSameServer) {
  Url page = value(Url::parse("https://r.example:5000/v2/a/tags/list?n=2"));
  auto next = [&](std::string_view header) { return next_page(page, header); };
  EXPECT_EQ(value(next("</v2/a/tags/list?last=b>; rel=next"))->str(),
            "https://r.example:5000/v2/a/tags/list?last=b");
  // What a registry behind a proxy says of itself.
  EXPECT_EQ(value(next("<http://r.example/v2/a/tags/list?last=b>; rel=next"))->str(),
            "https://r.example:5000/v2/a/tags/list?last=b");
  EXPECT_FALSE(next("<https://evil.example/v2/>; rel=next"));
  EXPECT_FALSE(next("<//evil.example/v2/>; rel=next"));
  EXPECT_EQ(value(next("")), std::nullopt);
}

TEST(Refusal, ShowsWhatTheRegistrySaidWithoutItsControlCharacters) {
  HttpAnswer answer;
  answer.status = 403;
  answer.body = R"({"errors":[{"code":"DENIED","message":"no \u001b[31mway"},{"code":"X"},{},3]})";
  Error error = refusal("r does not take it", answer).error();
  EXPECT_EQ(error.message, "r does not take it: it answered 403 (DENIED: no \\x1b[31mway; X)");
  EXPECT_EQ(error.code, ErrorCode::network);
  answer.status = 404;
  answer.body = "<html>";
  error = refusal("r does not have it", answer).error();
  EXPECT_EQ(error.message, "r does not have it: it answered 404");
  EXPECT_EQ(error.code, ErrorCode::not_found);
}

}  // namespace
}  // namespace kiln::registry

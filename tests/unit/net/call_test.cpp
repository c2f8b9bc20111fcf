// SPDX-License-Identifier: Apache-2.0
//
// Requests of any method: bodies, answers of any status, and what is told to whom.
#include "net/http.hpp"
#include "support/http_server.hpp"
#include "support/result_matchers.hpp"

#include <gtest/gtest.h>

namespace kiln {
namespace {

using std::chrono::milliseconds;
using testing::HttpServer;
using testing::redirect_to;
using testing::ServerRequest;
using testing::ServerResponse;
using testing::value;

class CallTest : public ::testing::Test {
 protected:
  HttpCall call(std::string method, std::string_view path) {
    return {.method = std::move(method), .url = server_.url(path), .plain_http = true};
  }
  HttpAnswer send(const HttpCall& call) { return value(client_->send(call)); }
  ServerRequest last() { return server_.requests().back(); }

  HttpServer server_;
  std::vector<milliseconds> waits_;
  std::unique_ptr<HttpClient> client_ =
      make_http_client({.stall_timeout = milliseconds(2000),
                        .sleep = [this](milliseconds time) { waits_.push_back(time); }});
};

TEST_F(CallTest, SendsBodiesOfEachMethodAndGivesTheAnswerOfAnyStatus) {
  std::string bytes(300'000, 'x');
  for (const char* method : {"POST", "PUT", "PATCH"}) {
    server_.on("/there", [](const ServerRequest& request) {
      return ServerResponse{.status = 418, .headers = {{"X-Got", request.method}}, .body = "no"};
    });
    HttpCall request = call(method, "/there");
    request.headers = {{"Content-Type", "text/plain"}};
    request.body = upload_of(bytes);
    uint64_t told = 0;
    request.progress = [&](uint64_t sent) { told = sent; };
    HttpAnswer answer = send(request);
    EXPECT_EQ(answer.status, 418);
    EXPECT_EQ(answer.header("x-got"), method);
    EXPECT_EQ(answer.body, "no");
    EXPECT_EQ(last().body, bytes);
    EXPECT_EQ(last().header("content-type"), "text/plain");
    EXPECT_EQ(last().header("content-length"), "300000");
    EXPECT_EQ(last().header("expect"), "");
    EXPECT_EQ(told, bytes.size());
  }
}

TEST_F(CallTest, ARequestWithoutABodySaysItsLength) {
  server_.on("/there", [](const ServerRequest&) { return ServerResponse{.status = 202}; });
  for (const char* method : {"POST", "PUT", "DELETE"}) {
    EXPECT_EQ(send(call(method, "/there")).status, 202);
    EXPECT_EQ(last().method, method);
    EXPECT_EQ(last().body, "");
  }
  EXPECT_EQ(send(call("HEAD", "/there")).status, 202);
  EXPECT_EQ(last().method, "HEAD");
}

TEST_F(CallTest, RepeatsWhatMayBeRepeatedAndNothingElse) {
  auto broken = [](const ServerRequest&) { return ServerResponse{.status = 503}; };
  auto good = [](const ServerRequest&) { return ServerResponse{.status = 201}; };
  server_.on("/there", good);
  server_.once("/there", broken);
  HttpCall put = call("PUT", "/there");
  put.body = upload_of("bytes");
  EXPECT_EQ(send(put).status, 201);
  EXPECT_EQ(last().body, "bytes");

  server_.once("/there", broken);
  EXPECT_EQ(send(call("POST", "/there")).status, 503);

  server_.once("/there", broken);
  HttpCall post = call("POST", "/there");
  post.repeatable = true;
  EXPECT_EQ(send(post).status, 201);

  server_.once("/there", [](const ServerRequest&) {
    return ServerResponse{.status = 429, .headers = {{"Retry-After", "3"}}};
  });
  EXPECT_EQ(send(call("POST", "/there")).status, 201);
  EXPECT_EQ(waits_.back(), milliseconds(3000));
}

TEST_F(CallTest, ALastingFailureIsTheAnswerInTheEnd) {
  server_.on("/down",
             [](const ServerRequest&) { return ServerResponse{.status = 500, .body = "sorry"}; });
  EXPECT_EQ(send(call("GET", "/down")).body, "sorry");
  EXPECT_EQ(server_.count("/down"), 4U);
}

TEST_F(CallTest, TellsSecretsToTheirOwnServerOnly) {
  HttpServer other;
  other.on("/file", [](const ServerRequest&) { return ServerResponse{.body = "there"}; });
  server_.on("/file", [&](const ServerRequest&) { return redirect_to(other.url("/file"), 307); });
  HttpCall request = call("GET", "/file");
  request.headers = {{"Authorization", "Bearer secret"}, {"Accept", "text/plain"}};
  EXPECT_EQ(send(request).body, "there");
  EXPECT_EQ(last().header("authorization"), "Bearer secret");
  EXPECT_EQ(other.requests().back().header("authorization"), "");
  EXPECT_EQ(other.requests().back().header("accept"), "text/plain");
}

TEST_F(CallTest, FollowsARedirectOfABodyOnlyWhereTheMethodIsKept) {
  server_.on("/there", [](const ServerRequest&) { return ServerResponse{.status = 201}; });
  server_.on("/kept", [](const ServerRequest&) { return redirect_to("/there", 307); });
  server_.on("/changed", [](const ServerRequest&) { return redirect_to("/there", 303); });
  HttpCall put = call("PUT", "/kept");
  put.body = upload_of("bytes");
  EXPECT_EQ(send(put).status, 201);
  EXPECT_EQ(last().body, "bytes");
  put.url = server_.url("/changed");
  EXPECT_EQ(send(put).status, 303);
}

TEST_F(CallTest, EndsARedirectLoopAndAnEndlessAnswer) {
  server_.on("/loop", [](const ServerRequest&) { return redirect_to("/loop"); });
  server_.on("/large",
             [](const ServerRequest&) { return ServerResponse{.body = std::string(99, 'x')}; });
  auto loop = client_->send(call("GET", "/loop"));
  ASSERT_FALSE(loop);
  EXPECT_EQ(loop.error().code, ErrorCode::network);
  HttpCall large = call("GET", "/large");
  large.max_answer = 98;
  auto refused = client_->send(large);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::limit);
}

TEST_F(CallTest, PlainHttpNeedsPermission) {
  HttpCall request = call("GET", "/file");
  request.plain_http = false;
  auto refused = client_->send(request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::bad_input);
  EXPECT_EQ(server_.requests().size(), 0U);
}

TEST_F(CallTest, AnErrorOfTheBodyIsHandedOnAsItIs) {
  server_.on("/there", [](const ServerRequest&) { return ServerResponse{.status = 201}; });
  HttpCall put = call("PUT", "/there");
  put.body.size = 3;
  put.body.open = []() -> Result<std::unique_ptr<Source>> {
    return fail(ErrorCode::unverified, "other bytes");
  };
  auto refused = client_->send(put);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unverified);
  put.body = {.open = upload_of("ab").open, .size = 3};
  refused = client_->send(put);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::io);
}

TEST_F(CallTest, GetAsksForAuthorizationAndResumesWhatItsNameMakesImmutable) {
  std::string bytes(100'000, 'y');
  bool broke_off = false;
  server_.on("/blob", [&](const ServerRequest& request) {
    if (request.header("authorization") != "Bearer t")
      return ServerResponse{.status = 401, .headers = {{"WWW-Authenticate", "Bearer realm=\"x\""}}};
    ServerResponse response = testing::serve_content(request, bytes);
    if (!std::exchange(broke_off, true)) response.break_off = 40'000;
    return response;
  });
  HttpRequest request{.url = server_.url("/blob"), .immutable = true};
  size_t asked = 0;
  request.authenticate = [&](const HttpHeaders& headers) -> Result<std::string> {
    ++asked;
    EXPECT_EQ(headers.at("www-authenticate"), "Bearer realm=\"x\"");
    return "Bearer t";
  };
  EXPECT_EQ(value(get_bytes(*client_, request)).second, bytes);
  EXPECT_EQ(last().header("range"), "bytes=40000-");
  EXPECT_EQ(asked, 1U);

  request.authenticate = [](const HttpHeaders&) -> Result<std::string> { return "Bearer wrong"; };
  EXPECT_FALSE(get_bytes(*client_, request));
  EXPECT_EQ(server_.count("/blob"), 5U);
}

}  // namespace
}  // namespace kiln

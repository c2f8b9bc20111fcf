// SPDX-License-Identifier: Apache-2.0
//
// Registries that lie, never stop, or lead elsewhere.
#include "oci/media_types.hpp"
#include "oci/registry/client.hpp"
#include "support/http_server.hpp"
#include "support/result_matchers.hpp"

#include <gmock/gmock.h>

namespace kiln::registry {
namespace {

using testing::HttpServer;
using testing::redirect_to;
using testing::ServerRequest;
using testing::ServerResponse;
using testing::value;

class HostileTest : public ::testing::Test {
 protected:
  std::unique_ptr<RegistryClient> make(std::optional<Credentials> credentials = {}) {
    std::string host = server_.url().substr(7);
    return std::make_unique<RegistryClient>(
        *http_, host, "a/b",
        ClientOptions{.access = Access::push, .credentials = credentials, .plain_http = true});
  }
  void answer(const std::string& path, ServerResponse response) {
    server_.on("/v2/a/b/" + path, [response](const ServerRequest&) { return response; });
  }
  static ServerResponse manifest(std::string bytes) {
    return {.headers = {{"Content-Type", std::string(oci::k_manifest_type)}},
            .body = std::move(bytes)};
  }
  // The requests that carried the user's password or token.
  static size_t told(const HttpServer& server) {
    auto requests = server.requests();
    return static_cast<size_t>(std::ranges::count_if(requests, [](const ServerRequest& request) {
      return !request.header("authorization").empty();
    }));
  }

  HttpServer server_;
  std::unique_ptr<HttpClient> http_ =
      make_http_client({.stall_timeout = std::chrono::milliseconds(3000),
                        .attempts = 2,
                        .sleep = [](std::chrono::milliseconds) {}});
  std::unique_ptr<RegistryClient> client_ = make();
};

template <typename T>
ErrorCode code_of(const Result<T>& result) {
  return result ? ErrorCode::io : result.error().code;
}

TEST_F(HostileTest, AManifestOfOtherBytesIsRefused) {
  std::string digest = sha256("{}").str();
  answer("manifests/" + digest, manifest("{ }"));
  EXPECT_EQ(code_of(client_->get_manifest(digest)), ErrorCode::unverified);
  ServerResponse lie = manifest("{ }");
  lie.headers["Docker-Content-Digest"] = digest;
  answer("manifests/1", lie);
  EXPECT_EQ(code_of(client_->get_manifest("1")), ErrorCode::unverified);
}

TEST_F(HostileTest, AManifestWithoutEndIsRefused) {
  answer("manifests/1", manifest(std::string(oci::k_max_manifest_size + 1, ' ')));
  EXPECT_EQ(code_of(client_->get_manifest("1")), ErrorCode::limit);
}

TEST_F(HostileTest, ABlobThatIsOtherShorterOrLongerIsRefused) {
  std::string path = "blobs/" + sha256("right").str();
  for (const char* body : {"wrong", "righ", "right and more"}) {
    answer(path, {.body = body});
    MemorySink sink;
    Result<> got = client_->get_blob(sha256("right"), 5, sink);
    EXPECT_EQ(code_of(got), ErrorCode::unverified) << body;
    EXPECT_LE(sink.bytes().size(), 5U);
  }
}

TEST_F(HostileTest, ALoopOfRedirectsEnds) {
  server_.on("/v2/a/b/manifests/1",
             [](const ServerRequest&) { return redirect_to("/v2/a/b/manifests/1"); });
  EXPECT_EQ(code_of(client_->get_manifest("1")), ErrorCode::network);
}

TEST_F(HostileTest, ARegistryThatIsNeverContentIsNotAskedForEver) {
  server_.on("/token", [](const ServerRequest&) {
    static int count = 0;
    return ServerResponse{.body = R"({"token":"t)" + std::to_string(++count) + "\"}"};
  });
  answer("manifests/1",
         {.status = 401,
          .headers = {{"WWW-Authenticate", "Bearer realm=\"" + server_.url("/token") + "\""}}});
  EXPECT_EQ(code_of(client_->get_manifest("1")), ErrorCode::network);
  EXPECT_LE(server_.count("/v2/a/b/manifests/1"), 3U);
  client_ = make(Credentials{"user", "wrong", ""});
  answer("manifests/1", {.status = 401, .headers = {{"WWW-Authenticate", "Basic realm=\"x\""}}});
  Result<FetchedManifest> refused = client_->get_manifest("1");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().hint, ::testing::HasSubstr("docker login"));
  EXPECT_EQ(refused.error().str().find("wrong"), std::string::npos);
}

TEST_F(HostileTest, AListDoesNotGoOnElsewhereNorForEver) {
  HttpServer other;
  client_ = make(Credentials{"user", "secret", ""});
  answer("tags/list", {.headers = {{"Link", "<" + other.url("/v2/") + ">; rel=next"}},
                       .body = R"({"tags":["1"]})"});
  // Another port of the same host is taken for a proxy's mistake; the list then repeats itself.
  Result<std::vector<std::string>> tags = client_->tags(50);
  EXPECT_FALSE(tags);
  EXPECT_EQ(other.requests().size(), 0U);
  answer("tags/list",
         {.headers = {{"Link", "<http://evil.example/>; rel=next"}}, .body = R"({"tags":["1"]})"});
  EXPECT_EQ(code_of(client_->tags()), ErrorCode::corrupt);
  answer("tags/list",
         {.headers = {{"Link", "</v2/a/b/tags/list>; rel=next"}}, .body = R"({"tags":["1"]})"});
  EXPECT_EQ(code_of(client_->tags(5)), ErrorCode::limit);
}

TEST_F(HostileTest, CredentialsAreNotTakenElsewhereByAnUploadsLocation) {
  HttpServer other;
  other.on("/up", [](const ServerRequest&) { return ServerResponse{.status = 201}; });
  client_ = make(Credentials{"user", "secret", ""});
  server_.on("/v2/a/b/blobs/uploads/", [&](const ServerRequest& request) {
    if (request.header("authorization").empty())
      return ServerResponse{.status = 401, .headers = {{"WWW-Authenticate", "Basic realm=\"x\""}}};
    return ServerResponse{.status = 202, .headers = {{"Location", other.url("/up?state=1")}}};
  });
  std::string bytes = "bytes";
  value(client_->put_blob(sha256(bytes), bytes.size(), [&]() -> Result<std::unique_ptr<Source>> {
    return std::make_unique<MemorySource>(bytes);
  }));
  EXPECT_EQ(other.requests().back().target, "/up?state=1&digest=sha256%3a" + sha256(bytes).hex());
  EXPECT_EQ(told(other), 0U);
  EXPECT_GT(told(server_), 0U);
}

TEST_F(HostileTest, WhomARedirectLedToDoesNotSayWherePasswordsGo) {
  HttpServer other;
  HttpServer evil;
  other.on("/elsewhere", [&](const ServerRequest&) {
    return ServerResponse{
        .status = 401,
        .headers = {{"WWW-Authenticate", "Bearer realm=\"" + evil.url("/token") + "\""}}};
  });
  answer("manifests/1", redirect_to(other.url("/elsewhere"), 307));
  for (const Credentials& credentials :
       {Credentials{"user", "secret", ""}, Credentials{"", "", "i"}}) {
    client_ = make(credentials);
    EXPECT_FALSE(client_->get_manifest("1"));
  }
  EXPECT_EQ(other.count("/elsewhere"), 2U);
  EXPECT_EQ(evil.requests().size(), 0U);
}

TEST_F(HostileTest, AnIdentityTokenDoesNotFollowItsServiceElsewhere) {
  HttpServer evil;
  server_.on("/token", [&](const ServerRequest&) { return redirect_to(evil.url("/token"), 307); });
  server_.on("/v2/a/b/manifests/", [&](const ServerRequest&) {
    return ServerResponse{
        .status = 401,
        .headers = {{"WWW-Authenticate", "Bearer realm=\"" + server_.url("/token") + "\""}}};
  });
  client_ = make(Credentials{"", "", "long-lived"});
  Result<FetchedManifest> got = client_->get_manifest("1");
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().str(), ::testing::HasSubstr("redirected to another server"));
  EXPECT_EQ(evil.requests().size(), 0U);
}

TEST_F(HostileTest, APasswordIsNotSentToAnUnencryptedTokenService) {
  HttpServer tokens;
  RegistryClient encrypted(*http_, "r.example", "a", {.credentials = Credentials{"u", "p", ""}});
  Authenticator authenticator(*http_, "r.example", Credentials{"u", "p", ""}, false);
  HttpHeaders headers = {{"www-authenticate", "Bearer realm=\"" + tokens.url("/token") + "\""}};
  EXPECT_FALSE(authenticator.answer(headers, {"repository:a:pull"}, ""));
  EXPECT_EQ(tokens.requests().size(), 0U);
}

TEST_F(HostileTest, AnUploadThatBreaksGoesOnWhereTheRegistrySays) {
  std::string bytes(10U << 20, 'x');
  const size_t half = 4U << 20;
  std::string received;
  server_.on("/v2/a/b/blobs/uploads/", [](const ServerRequest&) {
    return ServerResponse{.status = 202, .headers = {{"Location", "/up"}}};
  });
  bool broke = false;
  server_.on("/up", [&](const ServerRequest& request) {
    if (request.method == "GET")
      return ServerResponse{
          .status = 204,
          .headers = {{"Location", "/up"}, {"Range", "0-" + std::to_string(received.size() - 1)}}};
    if (request.method == "PUT") return ServerResponse{.status = 201};
    if (!std::exchange(broke, true)) {
      received = request.body.substr(0, half);
      return ServerResponse{.status = 500};
    }
    EXPECT_EQ(request.header("content-range"),
              std::to_string(half) + "-" + std::to_string(bytes.size() - 1));
    received += request.body;
    return ServerResponse{.status = 202, .headers = {{"Location", "/up"}}};
  });
  value(client_->put_blob(sha256(bytes), bytes.size(), [&]() -> Result<std::unique_ptr<Source>> {
    return std::make_unique<MemorySource>(bytes);
  }));
  EXPECT_EQ(received.size(), bytes.size());
}

TEST_F(HostileTest, TokensAreAskedForOnceAScope) {
  server_.on("/token", [](const ServerRequest& request) {
    EXPECT_THAT(request.target, ::testing::HasSubstr("service=r%20s"));
    EXPECT_THAT(request.target, ::testing::HasSubstr("scope=repository%3aa%2fb%3apull%2cpush"));
    EXPECT_EQ(request.header("authorization"), "Basic dXNlcjpzZWNyZXQ=");
    return ServerResponse{.body = R"({"access_token":"t","expires_in":300})"};
  });
  server_.on("/v2/a/b/manifests/", [&](const ServerRequest& request) {
    if (request.header("authorization") == "Bearer t") return manifest("{}");
    return ServerResponse{
        .status = 401,
        .headers = {{"WWW-Authenticate",
                     "Bearer realm=\"" + server_.url("/token") + "\",service=\"r s\""}}};
  });
  client_ = make(Credentials{"user", "secret", ""});
  for (const char* tag : {"1", "2", "3"}) EXPECT_OK(client_->get_manifest(tag));
  EXPECT_EQ(server_.count("/token"), 1U);
  EXPECT_EQ(server_.count("/v2/a/b/manifests/1"), 2U);
  EXPECT_EQ(server_.count("/v2/a/b/manifests/3"), 1U);
}

TEST_F(HostileTest, AnIdentityTokenIsExchanged) {
  server_.on("/token", [](const ServerRequest& request) {
    EXPECT_EQ(request.method, "POST");
    EXPECT_THAT(request.body, ::testing::HasSubstr("grant_type=refresh_token"));
    EXPECT_THAT(request.body, ::testing::HasSubstr("refresh_token=a%2fb"));
    return ServerResponse{.body = R"({"access_token":"t"})"};
  });
  server_.on("/v2/a/b/blobs/", [&](const ServerRequest& request) {
    if (request.header("authorization") == "Bearer t") return ServerResponse{.body = "right"};
    return ServerResponse{
        .status = 401,
        .headers = {{"WWW-Authenticate", "Bearer realm=\"" + server_.url("/token") + "\""}}};
  });
  client_ = make(Credentials{"", "", "a/b"});
  MemorySink sink;
  EXPECT_OK(client_->get_blob(sha256("right"), 5, sink));
  EXPECT_EQ(sink.bytes(), "right");
}

}  // namespace
}  // namespace kiln::registry

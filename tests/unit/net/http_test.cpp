// SPDX-License-Identifier: Apache-2.0
#include "net/http.hpp"

#include "base/time.hpp"
#include "net/http_mirrors.hpp"
#include "net/offline.hpp"
#include "net/url.hpp"
#include "support/http_server.hpp"
#include "support/result_matchers.hpp"

#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

namespace kiln {
namespace {

using std::chrono::milliseconds;
using testing::HttpServer;
using testing::redirect_to;
using testing::serve_content;
using testing::ServerRequest;
using testing::ServerResponse;
using testing::value;

std::string some_bytes(size_t size) {
  std::string bytes(size, '\0');
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 2654435761U >> 13);
  return bytes;
}

class HttpTest : public ::testing::Test {
 protected:
  HttpOptions options() {
    HttpOptions options;
    options.stall_timeout = milliseconds(2000);
    options.sleep = [this](milliseconds time) { waits_.push_back(time); };
    return options;
  }

  // Serves `bytes` at /file; the first answers break off after the given numbers of bytes.
  void serve_breaking(std::string bytes, const std::vector<size_t>& breaks, std::string etag,
                      std::string modified = {}) {
    for (size_t size : breaks) {
      server_.once("/file", [=](const ServerRequest& request) {
        ServerResponse response = serve_content(request, bytes, etag, modified);
        response.break_off = size;
        return response;
      });
    }
    server_.on("/file", [=](const ServerRequest& request) {
      return serve_content(request, bytes, etag, modified);
    });
  }

  Result<std::pair<HttpResponse, std::string>> get(HttpRequest request) {
    return get_bytes(*client_, request);
  }

  ErrorCode code_of(const std::string& path) {
    auto got = get({.url = server_.url(path)});
    EXPECT_FALSE(got);
    return got ? ErrorCode::io : got.error().code;
  }

  HttpServer server_;
  std::vector<milliseconds> waits_;
  std::unique_ptr<HttpClient> client_ = make_http_client(options());
};

TEST_F(HttpTest, GivesBodyHeadersAndValidators) {
  server_.on("/file", [](const ServerRequest& request) {
    ServerResponse response = serve_content(request, "hello", "\"1\"", "yesterday");
    response.headers["X-Thing"] = "A";
    return response;
  });
  auto [response, body] = value(get({.url = server_.url("/file"), .headers = {{"X-My", "own"}}}));
  EXPECT_EQ(body, "hello");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.etag, "\"1\"");
  EXPECT_EQ(response.last_modified, "yesterday");
  EXPECT_EQ(response.headers["x-thing"], "A");
  EXPECT_EQ(response.received, 5u);
  EXPECT_EQ(server_.requests()[0].header("x-my"), "own");
  EXPECT_EQ(server_.requests()[0].header("accept-encoding"), "");
}

TEST_F(HttpTest, AConditionalRequestMayBeAnsweredWithNotModified) {
  serve_breaking("hello", {}, "\"1\"", "Sat, 21 Nov 2026 09:15:44 GMT");
  auto by_etag = value(get({.url = server_.url("/file"), .etag = "\"1\""}));
  EXPECT_TRUE(by_etag.first.not_modified());
  EXPECT_EQ(by_etag.second, "");
  auto by_time =
      value(get({.url = server_.url("/file"), .last_modified = "Sat, 21 Nov 2026 09:15:44 GMT"}));
  EXPECT_TRUE(by_time.first.not_modified());
  EXPECT_EQ(value(get({.url = server_.url("/file"), .etag = "\"0\""})).second, "hello");
}

TEST_F(HttpTest, ResumesABrokenBodySoThatEveryByteComesOnce) {
  std::string bytes = some_bytes(1'000'000);
  serve_breaking(bytes, {300'000, 200'000, 0}, "\"v1\"");
  uint64_t last = 0;
  auto [response, body] =
      value(get({.url = server_.url("/file"), .progress = [&](auto now, auto total) {
                   EXPECT_GT(now, last);
                   EXPECT_EQ(total, 1'000'000u);
                   last = now;
                 }}));
  EXPECT_EQ(body, bytes);
  EXPECT_EQ(last, 1'000'000u);
  auto requests = server_.requests();
  ASSERT_EQ(requests.size(), 4u);
  EXPECT_EQ(requests[1].header("range"), "bytes=300000-");
  EXPECT_EQ(requests[1].header("if-range"), "\"v1\"");
  EXPECT_EQ(requests[2].header("range"), "bytes=500000-");
  EXPECT_EQ(waits_, (std::vector{milliseconds(500), milliseconds(1000), milliseconds(2000)}));
}

TEST_F(HttpTest, SkipsWhatItHasWhenTheServerKnowsNoRanges) {
  std::string bytes = some_bytes(100'000);
  for (size_t size : {60'000, 80'000, 100'000}) {
    server_.once("/file", [=](const ServerRequest&) {
      return ServerResponse{.body = bytes, .break_off = size};
    });
  }
  EXPECT_EQ(value(get({.url = server_.url("/file")})).second, bytes);
  EXPECT_EQ(server_.requests()[1].header("range"), "") << "without a validator a range may lie";
}

TEST_F(HttpTest, RefusesToMixTwoVersionsOfAFile) {
  serve_breaking("old old old", {4}, "\"1\"");
  server_.on("/file", [](const ServerRequest& request) {
    return serve_content(request, "new new new", "\"2\"");
  });
  auto got = get({.url = server_.url("/file")});
  ASSERT_FALSE(got);
  EXPECT_NE(got.error().message.find("changed"), std::string::npos);
}

TEST_F(HttpTest, AWeakEtagIsNoReasonToResume) {
  serve_breaking("some bytes", {4}, "W/\"1\"");
  EXPECT_EQ(value(get({.url = server_.url("/file")})).second, "some bytes");
  EXPECT_EQ(server_.requests()[1].header("range"), "");
}

TEST_F(HttpTest, GivesUpAfterSoManyAttemptsAndSaysSo) {
  serve_breaking("hello", {2, 0, 0, 0, 0}, "\"1\"");
  auto got = get({.url = server_.url("/file")});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::network);
  EXPECT_NE(got.error().message.find("(4 attempts)"), std::string::npos) << got.error().message;
  EXPECT_NE(got.error().message.find(server_.url("/file")), std::string::npos);
}

TEST_F(HttpTest, TriesAgainWhenTheServerIsBusy) {
  server_.once("/file", [](const ServerRequest&) {
    return ServerResponse{.status = 503, .headers = {{"Retry-After", "7"}}, .body = "busy"};
  });
  serve_breaking("hello", {}, {});
  EXPECT_EQ(value(get({.url = server_.url("/file")})).second, "hello");
  EXPECT_EQ(waits_, std::vector{milliseconds(7000)});
}

TEST_F(HttpTest, DoesNotTryAgainWhatWillNotChange) {
  server_.on("/secret", [](const ServerRequest&) { return ServerResponse{.status = 403}; });
  EXPECT_EQ(code_of("/absent"), ErrorCode::not_found);
  EXPECT_EQ(code_of("/secret"), ErrorCode::network);
  EXPECT_EQ(server_.requests().size(), 2u);
}

TEST_F(HttpTest, ConnectionErrorsAreTriedAgain) {
  std::string url;
  {
    HttpServer gone;
    url = gone.url("/x");
  }
  auto got = get({.url = url});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::network);
  EXPECT_EQ(waits_.size(), 3u);
}

TEST_F(HttpTest, EnforcesTheSizeLimitAnnouncedOrNot) {
  serve_breaking("hello", {}, {});
  server_.on("/chunked", [](const ServerRequest&) {
    return ServerResponse{.headers = {{"Transfer-Encoding", "chunked"}},
                          .body = "5\r\nhello\r\n0\r\n\r\n"};
  });
  for (const char* path : {"/file", "/chunked"}) {
    auto refused = get({.url = server_.url(path), .max_size = 4});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::limit);
    EXPECT_EQ(value(get({.url = server_.url(path), .max_size = 5})).second, "hello");
  }
}

TEST_F(HttpTest, AChunkedBodyThatBreaksOffIsNoWholeBody) {
  server_.on("/chunked", [](const ServerRequest&) {
    return ServerResponse{
        .headers = {{"Transfer-Encoding", "chunked"}}, .body = "5\r\nhello\r\n", .break_off = 10};
  });
  EXPECT_EQ(code_of("/chunked"), ErrorCode::network);
}

TEST_F(HttpTest, FollowsRedirectsButNotForEver) {
  serve_breaking("hello", {}, {});
  server_.on("/a", [](const ServerRequest&) { return redirect_to("b?x=1"); });
  server_.on("/b", [](const ServerRequest&) { return redirect_to("/file", 308); });
  server_.on("/loop", [](const ServerRequest&) { return redirect_to("/loop", 301); });
  server_.on("/disk", [](const ServerRequest&) { return redirect_to("file:///etc/passwd"); });
  auto [response, body] = value(get({.url = server_.url("/a")}));
  EXPECT_EQ(body, "hello");
  EXPECT_EQ(response.final_url, server_.url("/file"));
  EXPECT_EQ(code_of("/loop"), ErrorCode::network);
  EXPECT_EQ(server_.count("/loop"), 6u);
  EXPECT_EQ(code_of("/disk"), ErrorCode::network);
}

TEST_F(HttpTest, DoesNotTellCredentialsToAnotherServer) {
  HttpServer other;
  other.on("/file", [](const ServerRequest&) { return ServerResponse{.body = "hello"}; });
  server_.on("/there", [&](const ServerRequest&) { return redirect_to(other.url("/file")); });
  server_.on("/here", [&](const ServerRequest&) { return redirect_to("/there"); });
  Url url = value(Url::parse(server_.url("/here")));
  url.user_info = "me:secret";
  EXPECT_OK(get({.url = url.str(), .headers = {{"Cookie", "a"}, {"X-Other", "b"}}}));
  for (const ServerRequest& request : server_.requests()) {
    EXPECT_EQ(request.header("authorization"), "Basic bWU6c2VjcmV0");
    EXPECT_EQ(request.header("cookie"), "a");
  }
  ASSERT_EQ(other.requests().size(), 1u);
  EXPECT_EQ(other.requests()[0].header("authorization"), "");
  EXPECT_EQ(other.requests()[0].header("cookie"), "");
  EXPECT_EQ(other.requests()[0].header("x-other"), "b");
}

TEST_F(HttpTest, NeverShowsCredentials) {
  Url url = value(Url::parse(server_.url("/absent?token=secret")));
  url.user_info = "me:secret";
  auto got = get({.url = url.str()});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().str().find("secret"), std::string::npos) << got.error().str();
}

TEST_F(HttpTest, EndsAStalledTransfer) {
  HttpOptions impatient = options();
  impatient.connect_timeout = milliseconds(100);
  impatient.stall_timeout = milliseconds(100);
  impatient.attempts = 1;
  server_.on("/slow", [](const ServerRequest&) {
    return ServerResponse{.body = "hello", .delay = milliseconds(60'000)};
  });
  auto got = get_bytes(*make_http_client(impatient), {.url = server_.url("/slow")});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::network);
  EXPECT_NE(got.error().message.find("no byte came"), std::string::npos) << got.error().message;
}

TEST_F(HttpTest, StopsPromptly) {
  std::atomic<bool> stop = false;
  HttpOptions stoppable = options();
  stoppable.stop = &stop;
  server_.on("/slow", [&](const ServerRequest&) {
    stop = true;
    return ServerResponse{.body = "hello", .delay = milliseconds(60'000)};
  });
  auto got = get_bytes(*make_http_client(stoppable), {.url = server_.url("/slow")});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::interrupted);
}

TEST_F(HttpTest, AFailingSinkEndsTheTransferWithItsError) {
  class FullSink final : public Sink {
    Result<> write(std::string_view) override { return fail(ErrorCode::io, "disk full"); }
  } full;
  serve_breaking("hello", {}, {});
  auto got = client_->get({.url = server_.url("/file")}, full);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::io);
  EXPECT_EQ(got.error().message, "disk full");
  EXPECT_EQ(server_.requests().size(), 1u);
}

TEST_F(HttpTest, ReusesConnectionsAlsoBetweenThreads) {
  serve_breaking(some_bytes(1000), {}, {});
  for (int round = 0; round < 3; ++round) {
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 20; ++i) EXPECT_OK(get({.url = server_.url("/file")}));
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(server_.requests().size(), 240u);
  EXPECT_LE(server_.connections(), 4u);
}

TEST_F(HttpTest, RefusesOtherSchemesAndForgedHeaders) {
  EXPECT_EQ(get({.url = "ftp://h/x"}).error().code, ErrorCode::bad_input);
  EXPECT_EQ(get({.url = "nonsense"}).error().code, ErrorCode::bad_input);
  EXPECT_EQ(get({.url = server_.url("/"), .headers = {{"A", "b\r\nC: d"}}}).error().code,
            ErrorCode::bad_input);
  EXPECT_TRUE(server_.requests().empty());
}

TEST_F(HttpTest, GoesThroughAProxyUnlessTheHostIsExempt) {
  HttpOptions through = options();
  through.proxies = proxies_from({{"http_proxy", server_.url()}, {"NO_PROXY", "exempt.invalid"}});
  through.attempts = 1;
  server_.on("http://name.invalid/x",
             [](const ServerRequest&) { return ServerResponse{.body = "by proxy"}; });
  auto client = make_http_client(through);
  EXPECT_EQ(value(get_bytes(*client, {.url = "http://name.invalid/x"})).second, "by proxy");
  EXPECT_FALSE(get_bytes(*client, {.url = "http://exempt.invalid/x"}));
}

TEST_F(HttpTest, OfflineNothingIsSentAndFilesAreRead) {
  auto client = make_offline_client();
  server_.on("/file", [](const ServerRequest&) { return ServerResponse{.body = "bytes"}; });
  Error got = get_bytes(*client, {.url = server_.url("/file")}).error();
  Error sent = client->send({.url = server_.url("/file"), .plain_http = true}).error();
  for (const Error& error : {got, sent}) {
    EXPECT_EQ(error.code, ErrorCode::bad_input);
    EXPECT_NE(error.message.find("offline"), std::string::npos) << error.message;
    EXPECT_NE(error.hint.find("--offline"), std::string::npos) << error.hint;
  }
  EXPECT_TRUE(server_.requests().empty());
  auto directory = value(TemporaryDirectory::create());
  EXPECT_OK(write_file(directory.path() / "a", "hello"));
  std::string url = join_url("file://" + directory.path().string(), "a");
  EXPECT_EQ(value(get_bytes(*client, {.url = url})).second, "hello");
}

TEST(HttpFile, FileUrlsBehaveLikeAServer) {
  auto directory = value(TemporaryDirectory::create());
  EXPECT_OK(write_file(directory.path() / "a b", "hello"));
  auto client = make_http_client();
  std::string base = "file://" + directory.path().string();
  auto [response, body] = value(get_bytes(*client, {.url = join_url(base, "a b")}));
  EXPECT_EQ(body, "hello");
  auto again = get_bytes(*client, {.url = join_url(base, "a b"), .etag = response.etag});
  EXPECT_TRUE(value(std::move(again)).first.not_modified());
  EXPECT_EQ(get_bytes(*client, {.url = join_url(base, "c")}).error().code, ErrorCode::not_found);
  EXPECT_EQ(get_bytes(*client, {.url = base}).error().code, ErrorCode::not_found);
  auto limited = get_bytes(*client, {.url = join_url(base, "a b"), .max_size = 4});
  EXPECT_EQ(limited.error().code, ErrorCode::limit);
}

TEST(HttpServerSupport, ServesADirectory) {
  auto directory = value(TemporaryDirectory::create());
  EXPECT_OK(make_directories(directory.path() / "pool"));
  EXPECT_OK(write_file(directory.path() / "pool/a+b.deb", "package"));
  auto server = HttpServer::serve_directory(directory.path());
  auto client = make_http_client();
  auto got = value(get_bytes(*client, {.url = join_url(server->url(), "pool/a+b.deb")}));
  EXPECT_EQ(got.second, "package");
  auto again = get_bytes(*client, {.url = server->url("/pool/a+b.deb"), .etag = got.first.etag});
  EXPECT_TRUE(value(std::move(again)).first.not_modified());
  EXPECT_FALSE(get_bytes(*client, {.url = server->url("/pool/../../etc/passwd")}));
}

// Accepts only the body "good".
class PickyTarget final : public MirrorTarget {
 public:
  Result<Sink*> start() override {
    body_ = MemorySink();
    return &body_;
  }
  Result<> finish(const HttpResponse&) override {
    if (body_.bytes() != "good") return fail(ErrorCode::unverified, "wrong bytes");
    return {};
  }

 private:
  MemorySink body_;
};

TEST_F(HttpTest, AsksTheNextMirrorWhenOneFails) {
  server_.on("/bad", [](const ServerRequest&) { return ServerResponse{.body = "bad"}; });
  server_.on("/good", [](const ServerRequest&) { return ServerResponse{.body = "good"}; });
  PickyTarget target;
  std::vector<std::string> urls{server_.url("/absent"), server_.url("/bad"), server_.url("/good")};
  EXPECT_EQ(value(download_first(*client_, urls, {}, target)).final_url, urls[2]);
  urls.pop_back();
  auto failed = download_first(*client_, urls, {}, target);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::unverified);
  EXPECT_NE(failed.error().message.find("answered 404"), std::string::npos);
  EXPECT_NE(failed.error().message.find("wrong bytes"), std::string::npos);
  urls.pop_back();
  EXPECT_EQ(download_first(*client_, urls, {}, target).error().code, ErrorCode::not_found);
}

class MirrorsTest : public HttpTest {
 protected:
  void SetUp() override {
    server_.on("/", [](const ServerRequest&) { return ServerResponse{.body = "good"}; });
  }
  Result<HttpResponse> fetch(std::vector<std::string> urls) {
    return download_first(*client_, urls, {}, target_);
  }

  PickyTarget target_;
};

TEST_F(MirrorsTest, ADeadMirrorIsGivenNoSecondAttemptAndAskedLast) {
  const std::string refuses = "http://127.0.0.1:9/";
  EXPECT_OK(fetch({refuses, server_.url("/first")}));
  EXPECT_TRUE(waits_.empty()) << "waited for a mirror that refuses";
  EXPECT_TRUE(client_->is_silent(refuses + "whatever"));
  EXPECT_FALSE(client_->is_silent(server_.url("/")));
}

TEST_F(MirrorsTest, AMirrorThatNeverAnswersCostsOneWaitARun) {
  HttpServer silent;
  silent.on("/",
            [](const ServerRequest&) { return ServerResponse{.delay = std::chrono::hours(1)}; });
  HttpOptions impatient = options();
  impatient.first_answer = milliseconds(50);
  impatient.stall_timeout = std::chrono::hours(1);
  client_ = make_http_client(impatient);
  for (const char* path : {"/first", "/second"})
    EXPECT_OK(fetch({silent.url(path), server_.url(path)}));
  EXPECT_TRUE(client_->is_silent(silent.url("/")));
  EXPECT_EQ(silent.connections(), 1u) << "asked again, and before the one that answers";
  EXPECT_TRUE(waits_.empty());
}

TEST_F(MirrorsTest, WhenAllAreBusyEachIsGivenFullPatience) {
  HttpServer other;
  for (int i = 0; i < 3; ++i)
    server_.once("/file", [](const ServerRequest&) { return ServerResponse{.status = 503}; });
  EXPECT_OK(fetch({other.url("/absent"), server_.url("/file")}));
  EXPECT_EQ(server_.count("/file"), 4u) << "once with little patience, then until it answers";
  EXPECT_EQ(other.count("/absent"), 1u) << "what is not there is not asked for again";
  EXPECT_EQ(waits_.size(), 2u);
}

TEST_F(MirrorsTest, OneServerUnderSeveralAddressesIsGivenFullPatienceAtOnce) {
  server_.once("/by-hash", [](const ServerRequest&) { return ServerResponse{.status = 503}; });
  EXPECT_OK(fetch({server_.url("/by-hash"), server_.url("/plain")}));
  EXPECT_EQ(server_.count("/by-hash"), 2u);
  EXPECT_EQ(server_.count("/plain"), 0u);
}

}  // namespace
}  // namespace kiln

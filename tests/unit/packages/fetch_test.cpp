// SPDX-License-Identifier: Apache-2.0
#include "packages/fetch.hpp"

#include "support/http_server.hpp"
#include "support/test_world.hpp"

#include <gtest/gtest.h>

namespace kiln::packages {
namespace {

using testing::HttpServer;
using testing::ServerResponse;
using testing::TestWorld;
using testing::value;

class Fetch : public ::testing::Test {
 protected:
  void serve(const std::string& path, std::string bytes) {
    server_.on(path, [bytes](const auto&) { return ServerResponse{.body = bytes}; });
  }
  FetchItem item(std::vector<std::string> urls) const {
    return {.id = {"hello", "1:2.0-1", "amd64"},
            .sha256 = sha256("package"),
            .size = 7,
            .urls = std::move(urls),
            .file_name = "hello_2.0-1_amd64.deb"};
  }
  Result<> fetch_item(const FetchItem& item, const FetchOptions& options = {}) {
    return fetch(std::vector{item}, options, world_);
  }
  bool have() { return world_.store().has(sha256("package")); }

  HttpServer server_;
  TestWorld world_;
};

TEST_F(Fetch, TakesTheFirstMirrorThatHasTheRightBytes) {
  serve("/evil/pool/hello.deb", "PACKAGE");
  serve("/long/pool/hello.deb", "package and more");
  serve("/good/pool/hello.deb", "package");
  EXPECT_OK(
      fetch_item(item({server_.url("/none/pool/hello.deb"), server_.url("/evil/pool/hello.deb"),
                       server_.url("/long/pool/hello.deb"), server_.url("/good/pool/hello.deb")})));
  EXPECT_TRUE(have());
  EXPECT_OK(fetch_item(item({}))) << "it is in the store now";
}

TEST_F(Fetch, LooksIntoBundlesFirst) {
  TemporaryDirectory bundle = value(TemporaryDirectory::create());
  value(write_file(bundle.path() / "hello_2.0-1_amd64.deb", "PACKAGE"));
  FetchOptions options{.bundles = {bundle.path()}, .snapshots = {}};
  auto result = fetch_item(item({}), options);
  ASSERT_FALSE(result);
  EXPECT_FALSE(have());
  value(write_file(bundle.path() / "hello_2.0-1_amd64.deb", "package"));
  world_.world().offline = true;
  EXPECT_OK(fetch_item(item({}), options));
  EXPECT_TRUE(have());
}

TEST_F(Fetch, FindsBundledFilesByTheirDigest) {
  TemporaryDirectory bundle = value(TemporaryDirectory::create());
  value(write_file(bundle.path() / (sha256("package").hex() + ".deb"), "package"));
  EXPECT_OK(fetch_item(item({}), {.bundles = {bundle.path()}, .snapshots = {}}));
}

TEST_F(Fetch, FallsBackToSnapshots) {
  serve("/snapshot/20261101/main/h/hello_2.0-1_amd64.deb", "package");
  FetchOptions options{.bundles = {}, .snapshots = {server_.url("/snapshot/20261101/{path}")}};
  EXPECT_OK(fetch_item(item({server_.url("/debian/pool/main/h/hello_2.0-1_amd64.deb")}), options));
  EXPECT_TRUE(have());
}

TEST_F(Fetch, AnErrorNamesThePackageAndEveryPlace) {
  serve("/evil.deb", "PACKAGE");
  TemporaryDirectory bundle = value(TemporaryDirectory::create());
  FetchOptions options{.bundles = {bundle.path()},
                       .snapshots = {server_.url("/snapshot/{name}/{version}")}};
  auto result = fetch_item(item({server_.url("/gone.deb"), server_.url("/evil.deb")}), options);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::unverified);
  for (std::string part : {std::string("hello 1:2.0-1 (amd64)"), std::string("not in the store"),
                           bundle.path().string(), server_.url("/gone.deb"),
                           server_.url("/evil.deb"), server_.url("/snapshot/hello/1:2.0-1")})
    EXPECT_NE(result.error().message.find(part), std::string::npos)
        << part << " in " << result.error().message;
  EXPECT_FALSE(have());

  auto gone = fetch_item(item({server_.url("/gone.deb")}));
  EXPECT_EQ(gone.error().code, ErrorCode::not_found);
  EXPECT_NE(gone.error().hint.find("snapshot"), std::string::npos);
}

TEST_F(Fetch, OfflineAsksNobody) {
  serve("/hello.deb", "package");
  world_.world().offline = true;
  auto result = fetch_item(item({server_.url("/hello.deb")}));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::not_found);
  EXPECT_TRUE(server_.requests().empty());
}

TEST_F(Fetch, ResumesABrokenTransfer) {
  std::string big(300'000, 'x');
  FetchItem wanted = item({server_.url("/big.deb")});
  wanted.sha256 = sha256(big);
  wanted.size = big.size();
  server_.on("/big.deb",
             [&](const auto& request) { return testing::serve_content(request, big, "\"e\""); });
  server_.once("/big.deb", [&](const auto& request) {
    auto response = testing::serve_content(request, big, "\"e\"");
    response.break_off = 100'000;
    return response;
  });
  auto http = make_http_client({.attempts = 3, .sleep = [](auto) {}});
  World& base = world_;
  World patient{.clock = base.clock,
                .store = base.store,
                .http = *http,
                .progress = base.progress,
                .threads = 1,
                .offline = false,
                .environment = {},
                .stop = base.stop};
  EXPECT_OK(fetch(std::vector{wanted}, {}, patient));
  auto requests = server_.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[1].header("range"), "bytes=100000-");
}

}  // namespace
}  // namespace kiln::packages

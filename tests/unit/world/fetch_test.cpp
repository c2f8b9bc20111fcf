// SPDX-License-Identifier: Apache-2.0
#include "world/fetch.hpp"

#include "support/http_server.hpp"
#include "support/result_matchers.hpp"

#include <gtest/gtest.h>

namespace kiln {
namespace {

using testing::HttpServer;
using testing::value;

class CountingProgress final : public Progress {
 public:
  void phase(std::string_view) override {}
  void add_total(uint64_t) override {}
  void advance(uint64_t bytes) override { bytes_ += bytes; }
  void finish() override {}
  void note(std::string_view) override {}
  uint64_t bytes() const { return bytes_; }

 private:
  uint64_t bytes_ = 0;
};

class FetchTest : public ::testing::Test {
 protected:
  void SetUp() override {
    server_.on("/good", [](const auto&) { return testing::ServerResponse{.body = "package"}; });
    server_.on("/bad", [](const auto&) { return testing::ServerResponse{.body = "PACKAGE"}; });
  }
  Result<> fetch(const std::vector<std::string>& paths, std::optional<uint64_t> size = 7) {
    std::vector<std::string> urls;
    for (const std::string& path : paths) urls.push_back(server_.url(path));
    return fetch_blob(world_, urls, digest_, size);
  }

  TemporaryDirectory directory_ = value(TemporaryDirectory::create());
  HttpServer server_;
  SystemClock clock_;
  std::unique_ptr<Store> store_ = value(Store::open(directory_.path()));
  std::unique_ptr<HttpClient> http_ = make_http_client({.attempts = 1});
  CountingProgress progress_;
  std::atomic<bool> stop_ = false;
  World world_{
      .clock = clock_, .store = *store_, .http = *http_, .progress = progress_, .stop = stop_};
  Digest digest_ = sha256("package");
};

TEST_F(FetchTest, TakesTheFirstMirrorWhoseBytesAreRight) {
  EXPECT_OK(fetch({"/absent", "/bad", "/good", "/never-asked"}));
  EXPECT_EQ(value(store_->map(digest_))->bytes(), "package");
  EXPECT_EQ(progress_.bytes(), 7u);
  EXPECT_EQ(server_.requests().size(), 3u);
}

TEST_F(FetchTest, AsksNobodyWhenTheStoreHasIt) {
  EXPECT_OK(store_->put("package"));
  EXPECT_OK(fetch({"/good"}));
  EXPECT_TRUE(server_.requests().empty());
  EXPECT_EQ(progress_.bytes(), 7u);
}

TEST_F(FetchTest, KeepsNothingThatIsNotVerified) {
  auto fetched = fetch({"/bad"});
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().code, ErrorCode::unverified);
  EXPECT_FALSE(store_->has(digest_));
  EXPECT_FALSE(store_->has(sha256("PACKAGE")));
}

TEST_F(FetchTest, MoreBytesThanWerePromisedAreUnverified) {
  auto fetched = fetch({"/good"}, 6);
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().code, ErrorCode::unverified);
  EXPECT_EQ(fetched.error().message, "more than 6 bytes arrived");
  value(write_file(directory_.path() / "local", "package"));
  auto local = fetch_blob(world_, std::vector{"file://" + (directory_.path() / "local").string()},
                          digest_, 6);
  ASSERT_FALSE(local);
  EXPECT_EQ(local.error().code, ErrorCode::unverified);
  EXPECT_FALSE(store_->has(digest_));
}

TEST_F(FetchTest, OfflineAndStoppedRunsAskNobody) {
  stop_ = true;
  EXPECT_EQ(fetch({"/good"}).error().code, ErrorCode::interrupted);
  stop_ = false;
  world_.offline = true;
  EXPECT_EQ(fetch({"/good"}).error().code, ErrorCode::not_found);
  EXPECT_TRUE(server_.requests().empty());
}

}  // namespace
}  // namespace kiln

// SPDX-License-Identifier: Apache-2.0
#include "net/url.hpp"

#include "support/result_matchers.hpp"

#include <gtest/gtest.h>

namespace kiln {
namespace {

using testing::value;

TEST(Url, TakesApartAndPutsTogether) {
  Url url = value(Url::parse("HTTPS://me:pw@Deb.Example.org:8443/debian/a%20b?x=1#part"));
  EXPECT_EQ(url.scheme, "https");
  EXPECT_EQ(url.user_info, "me:pw");
  EXPECT_EQ(url.host, "deb.example.org");
  EXPECT_EQ(url.port, 8443);
  EXPECT_EQ(url.path, "/debian/a%20b");
  EXPECT_EQ(url.query, "x=1");
  EXPECT_EQ(url.str(), "https://me:pw@deb.example.org:8443/debian/a%20b?x=1");
  EXPECT_EQ(value(Url::parse("http://host")).str(), "http://host/");
  EXPECT_EQ(value(Url::parse("http://[::1]:80/x")).host, "[::1]");
}

TEST(Url, RefusesWhatIsNoUrl) {
  for (const char* text : {"", "deb.debian.org/x", "http:/x", "http://", "http://a b/",
                           "http://h:0/", "http://h:99999/", "http://h:x/", "http://ho\"st/",
                           "://h/", "1a://h/", "http://h/\n", "http://[zz]/", "http://h/\xc3\xa4"})
    EXPECT_FALSE(Url::parse(text)) << text;
}

TEST(Url, JoinsAPathBelowABaseAndEscapesIt) {
  EXPECT_EQ(join_url("http://h/debian", "pool/main/g/g++ 1#2?.deb"),
            "http://h/debian/pool/main/g/g++%201%232%3f.deb");
  EXPECT_EQ(join_url("http://h/debian/", "/dists"), "http://h/debian/dists");
  EXPECT_EQ(join_url("http://h/d?token=1#f", "a%b"), "http://h/d/a%25b?token=1");
  EXPECT_EQ(join_url("file://", "etc"), "file:///etc");
}

TEST(Url, ResolvesRedirects) {
  Url base = value(Url::parse("https://u:p@h/a/b/c?q"));
  auto resolved = [&](std::string_view reference) {
    return value(resolve_url(base, reference)).str();
  };
  EXPECT_EQ(resolved("d"), "https://u:p@h/a/b/d");
  EXPECT_EQ(resolved("../d?x"), "https://u:p@h/a/d?x");
  EXPECT_EQ(resolved("../../../../d/./e/.."), "https://u:p@h/d/");
  EXPECT_EQ(resolved("/d"), "https://u:p@h/d");
  EXPECT_EQ(resolved("?x"), "https://u:p@h/a/b/c?x");
  EXPECT_EQ(resolved("//other/d"), "https://other/d") << "credentials stay with their host";
  EXPECT_EQ(resolved("http://h/d"), "http://h/d") << "another scheme is another origin";
  EXPECT_EQ(resolved("https://h:443/d"), "https://u:p@h:443/d");
}

TEST(Url, NamesLocalFiles) {
  EXPECT_EQ(value(local_path(value(Url::parse("file:///srv/a%20b")))), "/srv/a b");
  EXPECT_FALSE(local_path(value(Url::parse("file://other/srv"))));
  EXPECT_FALSE(local_path(value(Url::parse("file:///a%00b"))));
  EXPECT_FALSE(local_path(value(Url::parse("file:///a%2"))));
  EXPECT_FALSE(local_path(value(Url::parse("http://h/a"))));
}

TEST(Url, HidesSecretsInMessages) {
  EXPECT_EQ(redacted("https://me:secret@h/p"), "https://***@h/p");
  EXPECT_EQ(redacted("https://h/@scope/p?sig=secret"), "https://h/@scope/p?...");
  EXPECT_EQ(redacted("https://me:se/cret@h/p"), "https://***@h/p");
  EXPECT_EQ(redacted("https://me:secret@h/p@1"), "https://***@h/p@1");
  EXPECT_EQ(redacted("me:secret@h"), "***@h");
  auto parsed = Url::parse("https://me:secret@h:x/p");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message.find("secret"), std::string::npos);
}

}  // namespace
}  // namespace kiln

// SPDX-License-Identifier: Apache-2.0
#include "oci/registry/reference.hpp"

#include "support/result_matchers.hpp"

namespace kiln::registry {
namespace {

using testing::value;

const std::string k_digest = "sha256:" + std::string(64, 'a');

std::string full(std::string_view text) {
  return value(Reference::parse(text)).str();
}

TEST(Reference, FillsInWhatShortNamesLeaveOut) {
  EXPECT_EQ(full("nginx"), "docker.io/library/nginx:latest");
  EXPECT_EQ(full("nginx:1.29"), "docker.io/library/nginx:1.29");
  EXPECT_EQ(full("grafana/grafana"), "docker.io/grafana/grafana:latest");
  EXPECT_EQ(full("index.docker.io/library/nginx:1"), "docker.io/library/nginx:1");
  EXPECT_EQ(full("docker.io/nginx"), "docker.io/library/nginx:latest");
  EXPECT_EQ(full("localhost/a"), "localhost/a:latest");
  EXPECT_EQ(full("Registry.Example:5000/a/b__c.d-e--f:T_1"),
            "registry.example:5000/a/b__c.d-e--f:T_1");
  EXPECT_EQ(full("[::1]:5000/a@" + k_digest), "[::1]:5000/a@" + k_digest);
  EXPECT_EQ(full("quay.io/a:1@" + k_digest), "quay.io/a:1@" + k_digest);
  EXPECT_EQ(api_host("docker.io"), "registry-1.docker.io");
  EXPECT_EQ(api_host("quay.io"), "quay.io");
}

TEST(Reference, ParseIsTheInverseOfStr) {
  for (const char* text : {"nginx", "localhost:5000/a", "a.b/c/d:e", "[::1]/x:1"}) {
    Reference once = value(Reference::parse(text));
    EXPECT_EQ(value(Reference::parse(once.str())), once);
  }
  Reference both = value(Reference::parse("quay.io/a:1@" + k_digest));
  EXPECT_EQ(both.selector(), k_digest);
  EXPECT_EQ(value(Reference::parse(both.str())), both);
}

TEST(Reference, RefusesWhatNoRegistryCouldHave) {
  for (const std::string& text : std::vector<std::string>{"",
                                                          "UPPER",
                                                          "a//b",
                                                          "a/",
                                                          "-a",
                                                          "a..b",
                                                          "a___b",
                                                          "a_-b",
                                                          "quay.io/",
                                                          "quay.io:99999/a",
                                                          "quay.io:0/a",
                                                          "a:",
                                                          "a:b/",
                                                          "a:.b",
                                                          "a:" + std::string(129, 't'),
                                                          "a@sha256:12",
                                                          "a@" + k_digest + "x",
                                                          "[::1/a",
                                                          "q.io/a b",
                                                          "q.io/" + std::string(300, 'a'),
                                                          "a:b@",
                                                          "..",
                                                          "../a",
                                                          "quay_.io/\n"})
    EXPECT_FALSE(Reference::parse(text)) << text;
}

TEST(Reference, TellsHostsFromPathsAndShortNames) {
  for (const char* text : {"quay.io/a", "localhost/a", "localhost:5000/a", "[::1]:5000/a"})
    EXPECT_TRUE(names_a_host(text)) << text;
  for (const char* text :
       {"nginx", "out", "./a/b", "../a/b", "images/a.tar", "a.tar", "/tmp/a.b/c"})
    EXPECT_FALSE(names_a_host(text)) << text;
}

}  // namespace
}  // namespace kiln::registry

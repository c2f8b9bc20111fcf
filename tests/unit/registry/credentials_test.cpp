// SPDX-License-Identifier: Apache-2.0
#include "oci/registry/credentials.hpp"

#include "support/result_matchers.hpp"

#include <cstdlib>
#include <filesystem>

namespace kiln::registry {
namespace {

using testing::value;

// "user:secret" and "other:word" in base64.
constexpr const char* k_user = "dXNlcjpzZWNyZXQ=";
constexpr const char* k_other = "b3RoZXI6d29yZA==";

class CredentialsTest : public ::testing::Test {
 protected:
  CredentialsTest() { environment_["HOME"] = home().string(); }
  Path home() const { return place_.path(); }

  void write(const std::string& path, const std::string& text) {
    value(make_directories((home() / path).parent_path()));
    value(write_file(home() / path, text));
  }
  std::string user(std::string_view host, std::string_view repository = "a/b") {
    auto found = value(find_credentials(environment_, host, repository));
    return found ? found->user + ":" + found->password + found->identity_token : "none";
  }
  // A program docker-credential-<name> that runs these lines of shell.
  void helper(const std::string& name, const std::string& lines) {
    write("bin/docker-credential-" + name, "#!/bin/sh\n" + lines);
    std::filesystem::permissions(home() / "bin" / ("docker-credential-" + name),
                                 std::filesystem::perms::owner_all);
    std::string path = std::getenv("PATH");
    if (!path.starts_with(home().string())) {
      path = (home() / "bin").string() + ":" + path;
      ::setenv("PATH", path.c_str(), 1);
    }
    environment_["PATH"] = path;
  }

  TemporaryDirectory place_ = value(TemporaryDirectory::create());
  Environment environment_;
};

TEST_F(CredentialsTest, ReadsDockersFile) {
  EXPECT_EQ(user("quay.io"), "none");
  write(".docker/config.json",
        std::string(R"({"auths":{"https://index.docker.io/v1/":{"auth":")") + k_user +
            R"("},"quay.io":{"auth":")" + k_other +
            R"("},"azure.example":{"identitytoken":"refresh"},"http://old.example/v2/":{"auth":")" +
            k_other + R"("},"empty.example":{}},"HttpHeaders":{"X":"y"}})");
  EXPECT_EQ(user("docker.io"), "user:secret");
  EXPECT_EQ(user("quay.io"), "other:word");
  EXPECT_EQ(user("old.example"), "other:word");
  EXPECT_EQ(user("azure.example"), ":refresh");
  EXPECT_EQ(user("empty.example"), "none");
  EXPECT_EQ(user("elsewhere.example"), "none");
}

TEST_F(CredentialsTest, TheClosestEntryOfPodmansFileWins) {
  write(".config/containers/auth.json", std::string(R"({"auths":{"quay.io":{"auth":")") + k_user +
                                            R"("},"quay.io/a":{"auth":")" + k_other + R"("}}})");
  EXPECT_EQ(user("quay.io", "a/b"), "other:word");
  EXPECT_EQ(user("quay.io", "ab"), "user:secret");
}

TEST_F(CredentialsTest, FilesAreAskedInTheirOrder) {
  auto file = [](const char* auth) {
    return std::string(R"({"auths":{"quay.io":{"auth":")") + auth + R"("}}})";
  };
  write(".docker/config.json", file(k_user));
  write("run/containers/auth.json", file(k_other));
  EXPECT_EQ(user("quay.io"), "user:secret");
  environment_["XDG_RUNTIME_DIR"] = (home() / "run").string();
  EXPECT_EQ(user("quay.io"), "other:word");
  environment_["DOCKER_CONFIG"] = (home() / ".docker").string();
  EXPECT_EQ(user("quay.io"), "user:secret");
  environment_["REGISTRY_AUTH_FILE"] = (home() / "run/containers/auth.json").string();
  EXPECT_EQ(user("quay.io"), "other:word");
  environment_["REGISTRY_AUTH_FILE"] = (home() / "absent").string();
  EXPECT_FALSE(find_credentials(environment_, "quay.io", "a"));
}

TEST_F(CredentialsTest, AsksHelpers) {
  helper("one",
         R"(read server; [ "$1" = get ] && echo "{\"Username\":\"$server\",\"Secret\":\"s\"}")");
  helper("token", R"(echo '{"Username":"<token>","Secret":"refresh"}')");
  helper("none", "echo credentials not found in native keychain; exit 1");
  helper("broken", "echo no >&2; exit 1");
  helper("endless", "exec yes");
  write(".docker/config.json",
        R"({"credHelpers":{"a.example":"one","b.example":"token","c.example":"none",
            "d.example":"broken","e.example":"endless","f.example":"../one"},"credsStore":"one"})");
  EXPECT_EQ(user("a.example"), "a.example:s");
  EXPECT_EQ(user("docker.io"), "https://index.docker.io/v1/:s");
  EXPECT_EQ(user("b.example"), ":refresh");
  EXPECT_EQ(user("c.example"), "none");
  for (const char* host : {"d.example", "e.example", "f.example"})
    EXPECT_FALSE(find_credentials(environment_, host, "a")) << host;
}

TEST_F(CredentialsTest, ADamagedFileIsAnErrorThatQuotesNothing) {
  for (const char* text : {"{", "[]", R"({"auths":{"quay.io":{"auth":"c2VjcmV0"}}})",
                           R"({"auths":{"quay.io":{"auth":"not base64"}}})"}) {
    write(".docker/config.json", text);
    auto found = find_credentials(environment_, "quay.io", "a");
    ASSERT_FALSE(found) << text;
    EXPECT_NE(found.error().str().find("config.json"), std::string::npos);
    EXPECT_EQ(found.error().str().find("c2VjcmV0"), std::string::npos);
  }
}

}  // namespace
}  // namespace kiln::registry

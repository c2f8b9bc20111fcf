// SPDX-License-Identifier: Apache-2.0
//
// nginx, postgres and valkey start as their users on a read-only root, with nothing but the volumes
// that they declare to write to, and do their work.
#include "e2e/container_facts.hpp"
#include "e2e/container_test.hpp"
#include "e2e/kiln_program.hpp"
#include "support/result_matchers.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::testing {
namespace {

using ::testing::HasSubstr;

class Services : public ContainerTest {
 protected:
  static std::vector<std::string> flags(const std::vector<std::string>& more = {}) {
    std::vector<std::string> all = podman().hardened();
    all.push_back("--network=none");
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }

  static Container start(std::string_view definition, const std::vector<std::string>& more = {},
                         const std::vector<std::string>& arguments = {}) {
    return Container(podman(), catalog_image(definition), flags(more), arguments);
  }
};

constexpr const char* k_nginx = "nginx/debian-13/1.26";
constexpr const char* k_postgres = "postgres/debian-13/17";
constexpr const char* k_valkey = "valkey/debian-13/8.1";

// Fetches a URL inside the network of a container, with this machine's curl.
ToolRun fetch(Container& container, const std::string& url) {
  return run_tool({"nsenter", fmt::format("--net=/proc/{}/ns/net", container.pid()), "curl", "-sS",
                   "--include", url});
}

TEST_F(Services, NginxServesItsPage) {
  NEED_TOOL("nsenter");
  NEED_TOOL("curl");
  Container nginx = start(k_nginx);
  ToolRun page;
  ASSERT_TRUE(wait_until([&] {
    page = fetch(nginx, "http://127.0.0.1:8080/");
    return page.exit_code == 0;
  })) << nginx.logs();
  EXPECT_THAT(page.output, HasSubstr("HTTP/1.1 200 OK"));
  EXPECT_THAT(page.output, HasSubstr("Server: nginx\r\n"));  // no version
  EXPECT_THAT(page.output, HasSubstr("Content-Type: text/html"));
  EXPECT_THAT(fetch(nginx, "http://127.0.0.1:8080/nothing").output, HasSubstr("404 Not Found"));
  expect_hardened(nginx, 65532);
  EXPECT_THAT(nginx.logs(), HasSubstr("GET /nothing HTTP/1.1\" 404"));
}

TEST_F(Services, NginxTakesATmpfsInPlaceOfItsVolume) {
  Container nginx = start(k_nginx, {"--tmpfs=/var/cache/nginx"});
  auto works = [&] { return nginx.logs().find("start worker") != std::string::npos; };
  EXPECT_TRUE(wait_until(works)) << nginx.logs();
}

TEST_F(Services, NginxEndsInPeace) {
  Container nginx = start(k_nginx);
  ASSERT_TRUE(wait_until([&] { return nginx.logs().find("start worker") != std::string::npos; }));
  nginx.stop();
  EXPECT_EQ(nginx.inspect("{{.State.ExitCode}}"), "0");
  EXPECT_THAT(nginx.logs(), HasSubstr("gracefully shutting down"));
}

TEST_F(Services, NginxHasNoShell) {
  ImageTree tree(podman(), catalog_image(k_nginx));
  EXPECT_FALSE(tree.has("usr/bin/sh"));
}

bool is_ready(Container& postgres) {
  return postgres.exec({"pg_isready"}).exit_code == 0;
}

ToolRun query(Container& postgres, const std::string& password, const std::string& sql) {
  return postgres.exec({"psql", "-h", "127.0.0.1", "-U", "postgres", "-qAtc", sql},
                       {"--env=PGPASSWORD=" + password});
}

TEST_F(Services, PostgresAnswersWhoKnowsThePassword) {
  Container postgres = start(k_postgres, {"--env=POSTGRES_PASSWORD=open sesame"});
  ASSERT_TRUE(wait_until([&] { return is_ready(postgres); })) << postgres.logs();
  ToolRun answer =
      query(postgres, "open sesame",
            "select upper('\xc3\xa4') || current_setting('server_version_num')::int / 10000");
  EXPECT_EQ(answer.output,
            "\xc3\x84"
            "17\n")
      << answer.errors;
  EXPECT_THAT(query(postgres, "wrong", "select 1").errors,
              HasSubstr("password authentication failed"));
  EXPECT_EQ(query(postgres, "open sesame", "select now() at time zone 'Asia/Tokyo' is null").output,
            "f\n");
  expect_hardened(postgres, 70);
}

TEST_F(Services, PostgresLetsNobodyInOverTheNetworkWithoutAPassword) {
  Container postgres = start(k_postgres);
  ASSERT_TRUE(wait_until([&] { return is_ready(postgres); })) << postgres.logs();
  EXPECT_NE(query(postgres, "", "select 1").exit_code, 0);
  EXPECT_EQ(postgres.exec({"psql", "-qAtc", "select current_user"}).output, "postgres\n");
}

TEST_F(Services, PostgresLoadsItsContributedExtensions) {
  Container postgres = start(k_postgres);
  ASSERT_TRUE(wait_until([&] { return is_ready(postgres); })) << postgres.logs();
  ToolRun made =
      postgres.exec({"psql", "-qAt", "-v", "ON_ERROR_STOP=1", "-c", "create extension pg_trgm",
                     "-c", "create extension \"uuid-ossp\"", "-c", "create extension xml2", "-c",
                     "create extension pgcrypto", "-c", "select pg_jit_available()"});
  EXPECT_EQ(made.output, "f\n") << made.errors;
}

TEST_F(Services, PostgresKeepsItsDataAndReadsThePasswordFromAFile) {
  const TemporaryDirectory place = value(TemporaryDirectory::create());
  value(write_file(place.path() / "password", "from a file"));
  ToolRun volume = podman().run({"volume", "create", "kiln-e2e-postgres"});
  ASSERT_EQ(volume.exit_code, 0) << volume.errors;
  const std::vector<std::string> mounts = {
      "--volume=kiln-e2e-postgres:/var/lib/postgresql", "--tmpfs=/run/postgresql",
      "--volume=" + (place.path() / "password").string() + ":/password:ro",
      "--env=POSTGRES_PASSWORD_FILE=/password"};
  {
    Container first = start(k_postgres, mounts);
    ASSERT_TRUE(wait_until([&] { return is_ready(first); })) << first.logs();
    ToolRun made = query(first, "from a file", "create table t as select 42 as n");
    ASSERT_EQ(made.exit_code, 0) << made.errors;
    first.stop();
    EXPECT_EQ(first.inspect("{{.State.ExitCode}}"), "0") << first.logs();
  }
  Container second = start(k_postgres, mounts);
  ASSERT_TRUE(wait_until([&] { return is_ready(second); })) << second.logs();
  EXPECT_EQ(query(second, "from a file", "select n from t").output, "42\n");
}

TEST_F(Services, ValkeySetsAndGets) {
  Container valkey = start(k_valkey);
  auto cli = [&](std::vector<std::string> words) {
    words.insert(words.begin(), "valkey-cli");
    return valkey.exec(words).output;
  };
  ASSERT_TRUE(wait_until([&] { return cli({"ping"}) == "PONG\n"; })) << valkey.logs();
  EXPECT_EQ(cli({"set", "greeting", "hello"}), "OK\n");
  EXPECT_EQ(cli({"get", "greeting"}), "hello\n");
  EXPECT_EQ(cli({"save"}), "OK\n");  // writes to /data
  expect_hardened(valkey, 65532);
}

TEST_F(Services, ValkeyAsksForThePasswordThatItIsGiven) {
  Container valkey = start(k_valkey, {}, {"--requirepass", "secret"});
  auto ping = [&](const std::vector<std::string>& flags) {
    std::vector<std::string> words = {"valkey-cli"};
    words.insert(words.end(), flags.begin(), flags.end());
    words.emplace_back("ping");
    return valkey.exec(words).output;
  };
  ASSERT_TRUE(wait_until([&] { return !ping({}).empty(); })) << valkey.logs();
  EXPECT_THAT(ping({}), HasSubstr("NOAUTH"));
  EXPECT_EQ(ping({"--no-auth-warning", "-a", "secret"}), "PONG\n");
}

TEST_F(Services, ValkeyHasNoShell) {
  ImageTree tree(podman(), catalog_image(k_valkey));
  EXPECT_FALSE(tree.has("usr/bin/sh"));
}

}  // namespace
}  // namespace kiln::testing

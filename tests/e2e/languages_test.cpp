// SPDX-License-Identifier: Apache-2.0
//
// python, node and openjdk run programs as their user on a read-only root.
#include "base/strings.hpp"
#include "e2e/container_facts.hpp"
#include "e2e/container_test.hpp"
#include "e2e/kiln_program.hpp"
#include "e2e/tls_server.hpp"
#include "support/result_matchers.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

constexpr const char* k_python = "python/debian-13/3.13";
constexpr const char* k_node = "node/debian-13/20";
constexpr const char* k_jre = "openjdk/debian-13/21-jre";
constexpr const char* k_jdk = "openjdk/debian-13/21-jdk-dev";

class Languages : public ContainerTest {
 protected:
  static ToolRun run(std::string_view definition, const std::vector<std::string>& arguments,
                     const std::vector<std::string>& flags = {"--network=none"}) {
    return run_hardened(catalog_image(definition), arguments, flags);
  }

  static bool has_shell(std::string_view definition) {
    ImageTree tree(podman(), catalog_image(definition));
    return tree.has("usr/bin/sh") || tree.has("usr/bin/bash");
  }
};

TEST_F(Languages, PythonImportsItsWholeStandardLibrary) {
  // Every module that the interpreter names, but for those that open a window or leave traces.
  ToolRun program =
      run(k_python, {"-c",
                     "import sys, importlib, os\n"
                     "left_out = {'tkinter', 'turtle', 'turtledemo', 'idlelib',\n"
                     "            'antigravity', 'this', 'ensurepip', 'lib2to3'}\n"
                     "foreign = {'nt', 'winreg', 'msvcrt', 'winsound', 'ntpath'}\n"
                     "bad = []\n"
                     "for name in sorted(sys.stdlib_module_names):\n"
                     "    if name.startswith('_') or name in left_out | foreign: continue\n"
                     "    try: importlib.import_module(name)\n"
                     "    except ImportError as error: bad.append(str(error))\n"
                     "print(os.getuid(), bad)\n"});
  EXPECT_EQ(program.output, "65532 []\n") << program.errors;
}

TEST_F(Languages, PythonTrustsTheBundleAndNothingElse) {
  NEED_TOOL("openssl");
  TlsServer server;
  const std::string fetch =
      "import urllib.request, ssl\n"
      "print(len(ssl.create_default_context().get_ca_certs()) > 100)\n"
      "try: print(urllib.request.urlopen('" +
      server.url() +
      "').status)\n"
      "except OSError as error: print(type(error.reason).__name__)\n";
  EXPECT_EQ(run(k_python, {"-c", fetch}, {"--network=host"}).output,
            "True\nSSLCertVerificationError\n");
  EXPECT_EQ(run(k_python, {"-c", fetch},
                {"--network=host", "--env=SSL_CERT_FILE=/ca.pem",
                 "--volume=" + server.authority().string() + ":/ca.pem:ro"})
                .output,
            "False\n200\n");
}

TEST_F(Languages, PythonKnowsTimeZones) {
  EXPECT_EQ(run(k_python,
                {"-c",
                 "import datetime, zoneinfo\n"
                 "print(datetime.datetime.fromtimestamp(0, zoneinfo.ZoneInfo('Asia/Tokyo')).hour)"})
                .output,
            "9\n");
}

TEST_F(Languages, NodeRunsAProgram) {
  ToolRun program =
      run(k_node, {"-e",
                   "const crypto = require('crypto');"
                   "console.log(process.getuid(), process.version.split('.')[0]);"
                   "console.log(crypto.createHash('sha256').update('a').digest('hex'));"
                   "console.log(new Intl.DateTimeFormat('de', {month: 'long'}).format(0));"});
  EXPECT_EQ(program.output,
            "65532 v20\n"
            "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb\n"
            "Januar\n")
      << program.errors;
}

TEST_F(Languages, NodeTrustsTheBundleAndNothingElse) {
  NEED_TOOL("openssl");
  TlsServer server;
  const std::string fetch = "fetch('" + server.url() +
                            "').then(answer => console.log(answer.status))"
                            ".catch(error => console.log(error.cause.code))";
  EXPECT_THAT(run(k_node, {"-e", fetch}, {"--network=host"}).output,
              MatchesRegex("[A-Z_]*(LEAF_SIGNATURE|CERT|ISSUER)[A-Z_]*\n"));
  ToolRun trusted = run(k_node, {"-e", fetch},
                        {"--network=host", "--env=NODE_EXTRA_CA_CERTS=/ca.pem",
                         "--volume=" + server.authority().string() + ":/ca.pem:ro"});
  EXPECT_EQ(trusted.output, "200\n") << trusted.errors;
}

TEST_F(Languages, JavaRunsAProgramThatTheDevImageCompiled) {
  const TemporaryDirectory place = value(TemporaryDirectory::create());
  std::filesystem::permissions(place.path(), std::filesystem::perms(0755));
  value(write_file(place.path() / "Main.java", R"(
import java.nio.file.*;
import java.security.KeyStore;
import javax.net.ssl.*;

public class Main {
  public static void main(String[] arguments) throws Exception {
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init((KeyStore) null);
    int trusted = ((X509TrustManager) factory.getTrustManagers()[0]).getAcceptedIssuers().length;
    System.out.println(trusted >= 100);
    System.out.println(Files.readString(Path.of("/classes/\u00fcber.txt")));
    System.out.println(System.getProperty("java.specification.version"));
    System.out.println(java.time.ZoneId.of("Europe/Berlin").getRules().isFixedOffset());
  }
}
)"));
  value(write_file(place.path() / "\xc3\xbc"
                                  "ber.txt",
                   "gut"));
  const std::string mount = "--volume=" + place.path().string() + ":/classes";
  ToolRun compiled = podman().run_in(catalog_image(k_jdk), {"javac", "/classes/Main.java"},
                                     {"--network=none", mount});
  ASSERT_EQ(compiled.exit_code, 0) << compiled.errors;
  ToolRun program = run(k_jre, {"-cp", "/classes", "Main"}, {"--network=none", mount + ":ro"});
  EXPECT_EQ(program.output, "true\ngut\n21\nfalse\n") << program.errors;
}

TEST_F(Languages, RuntimeImagesHaveNoShell) {
  EXPECT_FALSE(has_shell(k_python));
  EXPECT_FALSE(has_shell(k_node));
  EXPECT_FALSE(has_shell(k_jre));
}

}  // namespace
}  // namespace kiln::testing

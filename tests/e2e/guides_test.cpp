// SPDX-License-Identifier: Apache-2.0
//
// What the guides of the catalog tell people to write works as it stands there.
#include "e2e/container_test.hpp"
#include "e2e/kiln_program.hpp"
#include "support/result_matchers.hpp"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::testing {
namespace {

using ::testing::HasSubstr;

// The Dockerfile in an image's guide that has a word in it.
std::string dockerfile(const std::string& image, std::string_view word) {
  constexpr std::string_view begin = "```dockerfile\n";
  std::string guide = value(read_file(Path(KILN_CATALOG) / "image" / image / "guides.md"));
  for (size_t at = guide.find(begin); at != std::string::npos; at = guide.find(begin, at)) {
    at += begin.size();
    std::string block = guide.substr(at, guide.find("```", at) - at);
    if (block.find(word) != std::string::npos) return block;
  }
  throw std::runtime_error("the guide of " + image + " has no Dockerfile with that word");
}

class Guides : public ContainerTest {
 protected:
  // Builds the guide's Dockerfile on images of the catalog; the name of what comes out.
  std::string build(const std::string& image, std::string_view word,
                    const std::vector<std::string>& bases) {
    for (const std::string& base : bases) catalog_image(base);
    value(write_file(place_.path() / "Dockerfile", dockerfile(image, word)));
    std::string name = "localhost/guide-" + image;
    ToolRun built = podman().run({"build", "--quiet", "--network=host", "--isolation=chroot",
                                  "--tag=" + name, place_.path().string()});
    EXPECT_EQ(built.exit_code, 0) << built.errors;
    return name;
  }

  void put(const std::string& file, std::string_view bytes) {
    value(write_file(place_.path() / file, bytes));
  }

  TemporaryDirectory place_ = value(TemporaryDirectory::create());
};

TEST_F(Guides, AStaticProgram) {
  put("hello.c", "#include <stdio.h>\nint main(void) { puts(\"static\"); return 0; }\n");
  std::string image = build("static", "gcc", {"cc/debian-13/14-dev", "static/debian-13/13"});
  EXPECT_EQ(run_hardened(image, {}).output, "static\n");
}

TEST_F(Guides, ANginxModule) {
  std::string image =
      build("nginx", "libnginx-mod", {"nginx/debian-13/1.26", "nginx/debian-13/1.26-dev"});
  ToolRun tested = run_hardened(image, {"-T"});
  EXPECT_EQ(tested.exit_code, 0) << tested.errors;
  EXPECT_THAT(tested.output, HasSubstr("load_module modules/ngx_http_echo_module.so"));
}

TEST_F(Guides, APostgresExtension) {
  std::string image =
      build("postgres", "pgvector", {"postgres/debian-13/17", "postgres/debian-13/17-dev"});
  std::vector<std::string> flags = podman().hardened();
  flags.emplace_back("--network=none");
  Container postgres(podman(), image, flags);
  auto ready = [&] { return postgres.exec({"pg_isready"}).exit_code == 0; };
  ASSERT_TRUE(wait_until(ready)) << postgres.logs();
  ToolRun answer = postgres.exec({"psql", "-qAt", "-c", "create extension vector", "-c",
                                  "select '[3,4]'::vector <-> '[0,0]'"});
  EXPECT_EQ(answer.output, "5\n") << answer.errors;
}

}  // namespace
}  // namespace kiln::testing

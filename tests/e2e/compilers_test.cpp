// SPDX-License-Identifier: Apache-2.0
//
// Programs that the cc dev image compiles run on cc, static-glibc and static.
#include "e2e/container_facts.hpp"
#include "e2e/container_test.hpp"
#include "e2e/kiln_program.hpp"
#include "support/result_matchers.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::testing {
namespace {

constexpr const char* k_c = R"(
#include <math.h>
#include <stdio.h>
#include <unistd.h>
int main(int count, char** arguments) {
  printf("%u %.3f\n", getuid(), sqrt(count + 1));
  return 0;
}
)";

constexpr const char* k_cpp = R"(
#include <iostream>
#include <numeric>
#include <stdexcept>
#include <vector>
int main() {
  std::vector<int> numbers(100);
  std::iota(numbers.begin(), numbers.end(), 1);
  int sum = 0;
#pragma omp parallel for reduction(+ : sum)
  for (int number : numbers) sum += number;
  try {
    throw std::runtime_error("caught");
  } catch (const std::exception& error) {
    std::cout << sum << ' ' << error.what() << '\n';
  }
}
)";

class Compilers : public ContainerTest {
 protected:
  void SetUp() override {
    ContainerTest::SetUp();
    if (IsSkipped()) return;
    std::filesystem::permissions(place_.path(), std::filesystem::perms(0755));
    value(write_file(place_.path() / "hello.c", k_c));
    value(write_file(place_.path() / "hello.cpp", k_cpp));
  }

  void compile(const std::vector<std::string>& command) {
    ToolRun compiled = podman().run_in(catalog_image("cc/debian-13/14-dev"), command,
                                       {"--network=none", mount(), "--workdir=/out"});
    ASSERT_EQ(compiled.exit_code, 0) << compiled.errors;
  }

  // Runs /out/hello on an image.
  ToolRun hello_on(std::string_view definition) {
    return run_hardened(catalog_image(definition), {"/out/hello"},
                        {"--network=none", mount() + ":ro"});
  }

  std::string mount() const { return "--volume=" + place_.path().string() + ":/out"; }

  TemporaryDirectory place_ = value(TemporaryDirectory::create());
};

TEST_F(Compilers, ACProgramRunsOnCcAndStaticGlibc) {
  compile({"gcc", "-O2", "-Wall", "-Werror", "-o", "hello", "hello.c", "-lm"});
  for (const char* image : {"cc/debian-13/14", "static-glibc/debian-13/13"}) {
    ToolRun run = hello_on(image);
    EXPECT_EQ(run.output, "65532 1.414\n") << image << ": " << run.errors;
  }
}

TEST_F(Compilers, ACppProgramWithThreadsAndExceptionsRunsOnCc) {
  compile({"g++", "-O2", "-fopenmp", "-o", "hello", "hello.cpp"});
  ToolRun run = hello_on("cc/debian-13/14");
  EXPECT_EQ(run.output, "5050 caught\n") << run.errors;
}

TEST_F(Compilers, AStaticProgramRunsOnStatic) {
  compile({"gcc", "-O2", "-static", "-o", "hello", "hello.c", "-lm"});
  ToolRun run = hello_on("static/debian-13/13");
  EXPECT_EQ(run.output, "65532 1.414\n") << run.errors;
}

TEST_F(Compilers, CcIsGccAndMakeFindsIt) {
  compile({"make", "hello", "CFLAGS=-O1", "LDLIBS=-lm"});
  EXPECT_EQ(hello_on("cc/debian-13/14").output, "65532 1.414\n");
}

TEST_F(Compilers, CcHasNoShell) {
  ImageTree tree(podman(), catalog_image("cc/debian-13/14"));
  EXPECT_FALSE(tree.has("usr/bin/sh"));
}

}  // namespace
}  // namespace kiln::testing

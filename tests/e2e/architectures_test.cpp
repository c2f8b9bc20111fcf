// SPDX-License-Identifier: Apache-2.0
//
// Images for other machines than this one: programs of theirs run under emulation, and their own
// ldconfig judges the loader's cache. The packages are the archive's; of its security suite, which
// mirrors often lack for all but the usual architectures, an empty one stands in.
#include "e2e/container_test.hpp"
#include "e2e/kiln_program.hpp"
#include "support/deb_repository.hpp"
#include "support/gpg_key.hpp"
#include "support/result_matchers.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace kiln::testing {
namespace {

struct Machine {
  std::string platform;
  std::string architecture;  // as Debian calls it
  std::string emulator;      // of Debian's qemu-user-static
};

void PrintTo(const Machine& machine, std::ostream* out) {
  *out << machine.platform;
}

class Architectures : public ::testing::TestWithParam<Machine> {
 protected:
  void SetUp() override {
    NEED_NETWORK();
    if (::geteuid() != 0) GTEST_SKIP() << "needs root, to change the root directory";
    emulator_ = "/usr/bin/" + GetParam().emulator;
    if (!std::filesystem::exists(emulator_)) GTEST_SKIP() << emulator_ << " is not installed";
    NEED_TOOL("gpg");
    define();
    configure();
    ToolRun built = kiln({"build", (place_.path() / "hello.yaml").string(), "--config",
                          (place_.path() / "kiln.yaml").string(), "--platform", GetParam().platform,
                          "--format", "dir", "--output", root().string()});
    if (GetParam().architecture != "arm64" && built.errors.contains("the server answered 404"))
      GTEST_SKIP() << "this mirror of the archive is not whole: " << built.errors;
    ASSERT_EQ(built.exit_code, 0) << built.errors;
    std::filesystem::copy_file(emulator_, root() / "emulator");
  }

  void define() {
    constexpr std::string_view k_text = R"(# syntax=dhi.io/build:2-debian13
name: Hello
image: example/hello
variant: runtime
tags: ["1"]
platforms: [{}]
contents:
  packages: [base-files, hello, libc-bin, xz-utils]
accounts:
  run-as: nonroot
  users: [{{name: nonroot, uid: 65532, gid: 65532}}]
  groups: [{{name: nonroot, gid: 65532}}]
os-release: {{name: Debian GNU/Linux, id: debian, version-id: "13", version-codename: trixie}}
entrypoint: [/usr/bin/hello]
)";
    value(write_file(place_.path() / "hello.yaml", fmt::format(k_text, GetParam().platform)));
  }

  void configure() {
    static const GpgKey key = GpgKey::make().value();
    Path security = place_.path() / "security";
    DebRepository(security,
                  {.suite = "trixie-security", .architectures = {GetParam().architecture}})
        .publish(key);
    value(write_file(place_.path() / "key.asc", key.public_key()));
    value(write_file(place_.path() / "kiln.yaml",
                     fmt::format("security-mirrors: [\"file://{}\"]\nkeyrings: [{}]\n",
                                 security.string(), (place_.path() / "key.asc").string())));
  }

  Path root() const { return place_.path() / "root"; }

  ToolRun emulate(const std::vector<std::string>& command) {
    std::vector<std::string> words = {"chroot", root().string(), "/emulator"};
    words.insert(words.end(), command.begin(), command.end());
    return run_tool(words);
  }

 private:
  TemporaryDirectory place_ = value(TemporaryDirectory::create());
  std::string emulator_;
};

TEST_P(Architectures, ProgramsStart) {
  ToolRun hello = emulate({"/usr/bin/hello"});
  EXPECT_EQ(hello.output, "Hello, world!\n") << hello.errors;
  // It finds its libraries by the cache.
  ToolRun xz = emulate({"/usr/bin/xz", "--version"});
  EXPECT_THAT(xz.output, ::testing::HasSubstr("liblzma 5.")) << xz.errors;
}

TEST_P(Architectures, TheLoadersCacheIsWhatTheirLdconfigWrites) {
  ToolRun ldconfig = emulate({"/usr/sbin/ldconfig", "-C", "/theirs"});
  ASSERT_EQ(ldconfig.exit_code, 0) << ldconfig.errors;
  EXPECT_EQ(value(read_file(root() / "theirs")), value(read_file(root() / "etc/ld.so.cache")));
}

INSTANTIATE_TEST_SUITE_P(
    Debian, Architectures,
    ::testing::Values(Machine{"linux/arm64", "arm64", "qemu-aarch64-static"},
                      Machine{"linux/386", "i386", "qemu-i386-static"},
                      Machine{"linux/arm/v7", "armhf", "qemu-arm-static"},
                      Machine{"linux/arm/v5", "armel", "qemu-arm-static"},
                      Machine{"linux/ppc64le", "ppc64el", "qemu-ppc64le-static"},
                      Machine{"linux/riscv64", "riscv64", "qemu-riscv64-static"},
                      Machine{"linux/s390x", "s390x", "qemu-s390x-static"}),
    [](const auto& test) {
      std::string name = test.param.platform.substr(sizeof "linux/" - 1);
      std::erase(name, '/');
      return name;
    });

}  // namespace
}  // namespace kiln::testing

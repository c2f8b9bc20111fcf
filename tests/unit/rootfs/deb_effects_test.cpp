// SPDX-License-Identifier: Apache-2.0
#include "base/process.hpp"
#include "base/strings.hpp"
#include "codec/elf.hpp"
#include "packages/deb/architecture.hpp"
#include "rootfs/accounts.hpp"
#include "rootfs/deb/effects/effects.hpp"
#include "rootfs/deb/effects/loader_libraries.hpp"
#include "scene_fixture.hpp"
#include "support/golden.hpp"

#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <unistd.h>

namespace kiln::rootfs::deb {
namespace {

using kiln::testing::value;
using ::testing::HasSubstr;
using testing::SamplePackage;
using testing::SceneTest;

class EffectsTest : public SceneTest {};

SamplePackage awk(const std::string& name, int priority) {
  SamplePackage package(name);
  package.file("usr/bin/" + name, "#!", 0755)
      .control("postinst",
               "#!/bin/sh\nset -e\nupdate-alternatives --install /usr/bin/awk awk "
               "/usr/bin/" +
                   name + " " + std::to_string(priority) +
                   " \\\n --slave /usr/share/man/man1/awk.1.gz awk.1.gz "
                   "/usr/share/man/man1/" +
                   name + ".1.gz \\\n --slave /usr/bin/nawk nawk /usr/bin/" + name + "\n");
  return package;
}

TEST_F(EffectsTest, TheHighestAlternativeGetsTheName) {
  add(awk("mawk", 5));
  add(awk("gawk", 10));
  add(awk("original-awk", 0));
  ASSERT_OK(run_effects(scene));
  EXPECT_EQ(link("usr/bin/awk"), "/etc/alternatives/awk");
  EXPECT_EQ(link("etc/alternatives/awk"), "/usr/bin/gawk");
  EXPECT_EQ(link("etc/alternatives/nawk"), "/usr/bin/gawk");
  EXPECT_EQ(tree.find("etc/alternatives/awk.1.gz"), nullptr);  // its page is not in the image
  EXPECT_EQ(tree.find("usr/bin/awk")->owners.front().str(), "effect alternatives");
  EXPECT_EQ(tree.find("var/lib/dpkg/alternatives/awk"), nullptr);
}

TEST_F(EffectsTest, BashIsTheShOfADevImageWithoutAnother) {
  spec.variant = "dev";
  add(SamplePackage("bash").file("usr/bin/bash", "x", 0755));
  ASSERT_OK(run_effects(scene));
  EXPECT_EQ(link("usr/bin/sh"), "bash");
}

TEST_F(EffectsTest, BashLeavesAnotherPackagesShAlone) {
  spec.variant = "dev";
  add(SamplePackage("bash").file("usr/bin/bash", "x", 0755));
  add(SamplePackage("dash").file("usr/bin/sh", "x", 0755));
  ASSERT_OK(run_effects(scene));
  EXPECT_EQ(bytes("usr/bin/sh"), "x");
}

TEST_F(EffectsTest, BashAloneIsNoShOfARuntimeImage) {
  add(SamplePackage("bash").file("usr/bin/bash", "x", 0755));
  ASSERT_OK(run_effects(scene));
  EXPECT_EQ(tree.find("usr/bin/sh"), nullptr);
}

TEST_F(EffectsTest, DevImagesKeepTheRecordAsUpdateAlternativesWritesIt) {
  spec.variant = "dev";
  add(awk("gawk", 10));
  add(awk("mawk", 5));
  add(SamplePackage("dpkg"));
  ASSERT_OK(run_effects(scene));
  EXPECT_EQ(bytes("var/lib/dpkg/alternatives/awk"),
            "auto\n/usr/bin/awk\nawk.1.gz\n/usr/share/man/man1/awk.1.gz\nnawk\n/usr/bin/nawk\n\n"
            "/usr/bin/gawk\n10\n/usr/share/man/man1/gawk.1.gz\n/usr/bin/gawk\n"
            "/usr/bin/mawk\n5\n/usr/share/man/man1/mawk.1.gz\n/usr/bin/mawk\n\n");
}

TEST_F(EffectsTest, AnAlternativeWithoutItsProgramOrInPlaceOfAFileIsNotMade) {
  add(SamplePackage("p")
          .control("postinst",
                   "update-alternatives --install /usr/bin/x x /usr/bin/absent 1\n"
                   "update-alternatives --install /usr/bin/y y /usr/bin/z 1\n")
          .file("usr/bin/y", "a file")
          .file("usr/bin/z", "z"));
  ASSERT_OK(run_effects(scene));
  EXPECT_EQ(tree.find("usr/bin/x"), nullptr);
  EXPECT_EQ(bytes("usr/bin/y"), "a file");
}

TEST_F(EffectsTest, ShellsAreListedOnceUnderBothNames) {
  add(SamplePackage("base-files").link("bin", "usr/bin").directory("usr/bin"));
  add(SamplePackage("debianutils")
          .file("usr/share/debianutils/shells", "# shells\n/bin/sh\n")
          .directory("usr/share/debianutils/shells.d"));
  add(SamplePackage("bash").file("usr/share/debianutils/shells.d/bash",
                                 "/bin/bash\n/usr/bin/bash\n/bin/sh\n"));
  ASSERT_OK(run_effects(scene));
  EXPECT_EQ(bytes("etc/shells"), "# shells\n/bin/sh\n/usr/bin/sh\n/bin/bash\n/usr/bin/bash\n");
  EXPECT_EQ(bytes("var/lib/shells.state"), "/bin/sh\n/usr/bin/sh\n/bin/bash\n/usr/bin/bash\n");
}

TEST_F(EffectsTest, BaseFilesMakesItsDirectoriesAndRunLinks) {
  add(SamplePackage("base-files")
          .directory("run")
          .directory("var/run")
          .directory("var/lock", 01777)
          .directory("usr/share/base-files")
          .file("usr/share/base-files/profile", "profile"));
  add(SamplePackage("old")
          .directory("var/run/old", 0750)
          .file("var/run/old/a", "a")
          .hard_link("var/run/old/b", "var/run/old/a"));
  ASSERT_OK(run_effects(scene));
  EXPECT_EQ(link("var/run"), "/run");
  EXPECT_EQ(link("var/lock"), "/run/lock");
  EXPECT_EQ(tree.find("run/lock")->mode, 01777U);
  EXPECT_EQ(tree.find("run/old")->mode, 0750U);
  EXPECT_EQ(bytes("run/old/b"), "a");
  EXPECT_EQ(bytes("etc/profile"), "profile");
  EXPECT_EQ(tree.find("var/mail")->gid, 8U);
}

TEST_F(EffectsTest, AnEffectNeedsItsPackage) {
  add(SamplePackage("p").file("usr/share/ca-certificates/x.crt", "no certificate"));
  ASSERT_OK(run_effects(scene));
  EXPECT_EQ(tree.find("etc/ca-certificates.conf"), nullptr);
  EXPECT_EQ(tree.find("etc/localtime"), nullptr);
}

TEST_F(EffectsTest, ServiceDirectoriesBelongToTheAccountOfThatName) {
  spec.accounts.users = {{"nonroot", 65532, 65532}, {"redis", 999, 998}};
  spec.accounts.groups = {{"redis", 998, {}}};
  spec.accounts.run_as = "nonroot";
  add(SamplePackage("redis-tools"));
  add(SamplePackage("valkey-tools"));
  ASSERT_OK(run_effects(scene));
  EXPECT_EQ(tree.find("var/lib/redis")->uid, 999U);
  EXPECT_EQ(tree.find("var/lib/redis")->gid, 998U);
  EXPECT_EQ(tree.find("var/lib/redis")->mode, 0750U);
  EXPECT_EQ(tree.find("var/lib/valkey")->uid, 65532U);  // no such account: whom the image runs as
  EXPECT_EQ(tree.find("var/log/valkey")->gid, 4U);      // adm, which Debian numbers for good
}

// --- against real tools --------------------------------------------------------------------------

std::string read_host(const Path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST_F(EffectsTest, CertificatesAreThoseOfUpdateCaCertificates) {
  Path host = "/usr/share/ca-certificates/mozilla";
  if (!std::filesystem::exists(host) || !std::filesystem::exists("/usr/bin/openssl")) {
    GTEST_SKIP() << "needs ca-certificates and openssl on this machine";
  }
  SamplePackage package("ca-certificates");
  package.control("postinst", "cat > /etc/ca-certificates.conf <<EOF\n# head\nEOF\n");
  for (const auto& entry : std::filesystem::directory_iterator(host)) {
    std::string name = entry.path().filename();
    package.file("usr/share/ca-certificates/mozilla/" + name, read_host(entry.path()));
  }
  add(package);
  ASSERT_OK(run_effects(scene));
  EXPECT_THAT(bytes("etc/ca-certificates.conf"), ::testing::StartsWith("# head\nmozilla/ACCV"));

  // What openssl makes of the same certificates.
  TemporaryDirectory directory = value(TemporaryDirectory::create());
  std::map<std::string, std::string> ours;
  for (auto [name, node] : tree.list("etc/ssl/certs")) {
    if (name.ends_with(".pem")) {
      EXPECT_OK(write_file(directory.path() / name, bytes("etc/ssl/certs/" + std::string(name))));
    } else if (node->type == model::FileType::symlink) {
      ours.emplace(name, node->link);
    }
  }
  ProcessResult rehash =
      value(run_process({.arguments = {"openssl", "rehash", directory.path().string()}}));
  ASSERT_EQ(rehash.exit_code, 0) << rehash.error_output;
  std::map<std::string, std::string> theirs;
  for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
    if (!entry.is_symlink()) continue;
    theirs.emplace(entry.path().filename(), std::filesystem::read_symlink(entry.path()));
  }
  EXPECT_GT(ours.size(), 100U);
  EXPECT_EQ(ours, theirs);
}

TEST_F(EffectsTest, JavaCertificatesAreAKeyStoreWithItsChecksum) {
  Path host = "/usr/share/ca-certificates/mozilla/ISRG_Root_X1.crt";
  if (!std::filesystem::exists(host)) GTEST_SKIP() << "needs ca-certificates on this machine";
  add(SamplePackage("ca-certificates")
          .file("usr/share/ca-certificates/mozilla/ISRG_Root_X1.crt", read_host(host)));
  add(SamplePackage("ca-certificates-java").file("usr/bin/java", "java", 0755));
  ASSERT_OK(run_effects(scene));
  std::string store = bytes("etc/ssl/certs/java/cacerts");
  EXPECT_EQ(to_hex(store.substr(0, 12)), "feedfeed0000000200000001");
  EXPECT_THAT(store, HasSubstr("debian:isrg_root_x1.pem"));
  Hasher hash(HashAlgorithm::sha1);
  hash.update(std::string_view("\0c\0h\0a\0n\0g\0e\0i\0t", 16));
  hash.update("Mighty Aphrodite" + store.substr(0, store.size() - 20));
  EXPECT_EQ(to_hex(hash.finish()), to_hex(store.substr(store.size() - 20)));
}

TEST_F(EffectsTest, WithoutJavaThereIsNoJavaKeyStore) {
  add(SamplePackage("ca-certificates-java"));
  ASSERT_OK(run_effects(scene));
  EXPECT_EQ(tree.find("etc/ssl/certs/java"), nullptr);
}

// The libraries of this machine, in a tree of their own, judged by this machine's ldconfig.
TEST_F(EffectsTest, TheLoaderCacheIsLdconfigsByteForByte) {
  Path libraries = "/usr/lib/x86_64-linux-gnu";
  if (::geteuid() != 0 || !std::filesystem::exists("/usr/sbin/ldconfig") ||
      !std::filesystem::exists(libraries)) {
    GTEST_SKIP() << "needs root, ldconfig and amd64";
  }
  ProcessResult query =
      value(run_process({.arguments = {"dpkg-query", "-W", "-f=${Version}", "libc-bin"}}));
  if (query.exit_code != 0) GTEST_SKIP() << "needs to know the version of libc-bin";

  SamplePackage package("libc-bin", query.output);
  package.file("etc/ld.so.conf", "include /etc/ld.so.conf.d/*.conf\n")
      .file("etc/ld.so.conf.d/b.conf", "# Multiarch\n/lib/x86_64-linux-gnu\n/opt/none\n")
      .file("etc/ld.so.conf.d/a.conf", "/opt/lib/\n")
      .link("lib", "usr/lib");
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(libraries)) {
    std::string name = entry.path().filename();
    if (name.find(".so") == std::string::npos || entry.is_directory()) continue;
    if (!entry.is_symlink() && (entry.file_size() > 300000 || ++count > 60)) continue;
    std::string path = "usr/lib/x86_64-linux-gnu/" + name;
    if (entry.is_symlink()) {
      if (std::filesystem::exists(entry.path())) {
        package.link(path, std::filesystem::read_symlink(entry.path()));
      }
    } else {
      package.file(path, read_host(entry.path()));
      if (count % 7 == 0) package.file("opt/lib/" + name, read_host(entry.path()));
    }
  }
  add(package);
  TemporaryDirectory root = value(TemporaryDirectory::create());
  write_to(root.path());
  std::filesystem::create_directories(root.path() / "var/cache/ldconfig");
  ProcessResult run = value(run_process({.arguments = {"ldconfig", "-r", root.path().string()}}));
  ASSERT_EQ(run.exit_code, 0) << run.error_output;

  ASSERT_OK(run_effects(scene));
  EXPECT_EQ(to_hex(bytes("etc/ld.so.cache")), to_hex(read_host(root.path() / "etc/ld.so.cache")));
  for (const auto& [path, node] : rootfs.nodes) {
    if (node.owners.front().name != "ld.so.cache" || node.type != model::FileType::symlink)
      continue;
    EXPECT_EQ(node.link, std::filesystem::read_symlink(root.path() / path).string()) << path;
  }
}

TEST(LibraryNames, CompareNumbersAsNumbers) {
  EXPECT_LT(compare_library_names("libz.so.1.9", "libz.so.1.10"), 0);
  EXPECT_GT(compare_library_names("libz.so.1", "libz.so"), 0);
  EXPECT_EQ(compare_library_names("libz.so.01", "libz.so.1"), 0);
  EXPECT_GT(compare_library_names("lib1", "liba"), 0);  // a digit comes after a letter
}

TEST(Architectures, AreThoseOfTheArchivesUnderTheSameNames) {
  for (const DebianArchitecture& one : k_architectures) {
    EXPECT_EQ(value(packages::deb::multiarch_triplet(one.name)), one.triplet);
    auto platform = value(packages::deb::platform_of(one.name));
    EXPECT_EQ(value(packages::deb::debian_architecture(platform)), one.name);
  }
}

TEST(Table, EveryEffectIsInTheManual) {
  std::string text = kiln::testing::golden("../../docs/effects.md");
  std::set<std::string_view> names{"merged-usr", "package-database"};
  for (const Effect& effect : effects()) names.insert(effect.name);
  for (const SimpleFile& row : simple_files()) names.insert(row.package);
  for (std::string_view name : names) {
    EXPECT_THAT(text, HasSubstr("`" + std::string(name) + "`"));
  }
}

}  // namespace
}  // namespace kiln::rootfs::deb

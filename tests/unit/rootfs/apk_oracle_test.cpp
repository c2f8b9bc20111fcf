// SPDX-License-Identifier: Apache-2.0
//
// The whole against the reference: real apk installs real packages of Alpine 3.19 into a directory;
// Kiln makes a tree of the same files in the same order. Without scripts everything must be equal,
// the database byte for byte; with them, all but what is listed below and in docs/effects.md.
#include "base/strings.hpp"
#include "codec/tar.hpp"
#include "describe.hpp"
#include "packages/apk/unpack.hpp"
#include "rootfs/install.hpp"
#include "support/shared_data.hpp"
#include "support/test_world.hpp"
#include "support/tools.hpp"

#include <filesystem>
#include <set>

#include <gtest/gtest.h>
#include <unistd.h>

namespace kiln::rootfs {
namespace {

namespace fs = std::filesystem;
using kiln::testing::value;

constexpr std::string_view k_loader = "lib/ld-musl-x86_64.so.1";

// Compared on their own: archives and the database. apk's own: device nodes, its lock, caches and
// what it runs scripts from. The definition's: the accounts, and their backups that scripts leave.
constexpr std::string_view k_allowed[] = {
    "dev",
    "dev/**",
    "proc",
    "tmp",
    "var",
    "var/cache",
    "var/cache/*",
    "lib/apk/exec",
    "lib/apk/db/lock",
    "lib/apk/db/scripts.tar",
    "lib/apk/db/installed",
    "etc/passwd*",
    "etc/group*",
    "etc/shadow*",
    "etc/gshadow",
};

bool is_allowed(const std::string& path) {
  return std::ranges::any_of(k_allowed,
                             [&](std::string_view pattern) { return glob_match(pattern, path); });
}

// Names and contents of an archive's members.
std::vector<std::pair<std::string, std::string>> members(std::string_view tar) {
  std::vector<std::pair<std::string, std::string>> found;
  TarReader reader(tar);
  while (auto entry = value(reader.next())) found.emplace_back(entry->path, reader.content(*entry));
  return found;
}

// A database's lines, and those of `replaces` set apart: apk writes those of a package without
// files into the entry of the next one.
std::pair<std::vector<std::string>, std::vector<std::string>> set_replaces_apart(
    std::string_view database) {
  std::pair<std::vector<std::string>, std::vector<std::string>> lines;
  for (std::string_view line : split(database, '\n')) {
    bool replaces = line.starts_with("r:") || line.starts_with("q:");
    (replaces ? lines.second : lines.first).emplace_back(line);
  }
  return lines;
}

class ApkOracle : public ::testing::TestWithParam<std::pair<std::string, std::string>> {
 protected:
  void SetUp() override {
    auto shared = kiln::testing::shared_file("alpine");
    if (!shared || ::geteuid() != 0 || !kiln::testing::have_tool("tar"))
      GTEST_SKIP() << "needs ../shared/alpine, root and tar";
    fs::create_directories(repository_ / "x86_64");
    for (const auto& entry : fs::recursive_directory_iterator(*shared)) {
      fs::path link = repository_ / "x86_64" / entry.path().filename();
      if (entry.path().extension() == ".apk" && !fs::is_symlink(link))
        fs::create_symlink(entry.path(), link);
    }
    fs::create_directory(tools_);
    for (const char* name : {"musl-1", "apk-tools-2", "libcrypto3-3", "libssl3-3", "zlib-1"})
      ASSERT_EQ(unpack_tool(name), 0) << name;
    // Where apk cannot even start (another processor), there is nothing to compare with.
    if (apk({"--version"}).exit_code != 0) GTEST_SKIP() << "Alpine's apk does not run here";
    std::vector<std::string> index = {"index",
                                      "--allow-untrusted",
                                      "--rewrite-arch",
                                      "x86_64",
                                      "-o",
                                      repository_ / "x86_64/APKINDEX.tar.gz"};
    for (const auto& entry : fs::directory_iterator(repository_ / "x86_64"))
      index.push_back(entry.path());
    ASSERT_EQ(apk(std::move(index)).exit_code, 0);
  }

  int unpack_tool(std::string_view prefix) {
    for (const auto& entry : fs::directory_iterator(repository_ / "x86_64")) {
      if (!entry.path().filename().string().starts_with(prefix)) continue;
      return kiln::testing::run_tool({"tar", "-xzf", entry.path(), "-C", tools_}).exit_code;
    }
    return -1;
  }

  kiln::testing::ToolRun apk(std::vector<std::string> arguments) {
    std::vector<std::string> command = {tools_ / k_loader, "--library-path",
                                        (tools_ / "lib").string(), tools_ / "sbin/apk"};
    std::ranges::move(arguments, std::back_inserter(command));
    return kiln::testing::run_tool(command);
  }

  // Installs with real apk; the packages in the order in which it did.
  std::vector<model::PackageId> install_with_apk(std::vector<std::string> options) {
    std::vector<std::string> arguments = {"--no-network",
                                          "--root",
                                          root_,
                                          "--initdb",
                                          "--arch",
                                          "x86_64",
                                          "--allow-untrusted",
                                          "-X",
                                          repository_,
                                          "--no-cache",
                                          "--repositories-file",
                                          "/dev/null"};
    std::ranges::move(options, std::back_inserter(arguments));
    arguments.emplace_back("add");
    for (std::string_view name : split_words(GetParam().second)) arguments.emplace_back(name);
    auto run = apk(std::move(arguments));
    EXPECT_EQ(run.exit_code, 0) << run.output << run.errors;
    std::vector<model::PackageId> packages;
    for (std::string_view line : split(run.output, '\n')) {
      std::vector<std::string_view> words =
          split_words(line);  // "(1/3) Installing musl (1.2.4-r2)"
      if (words.size() != 4 || words[1] != "Installing") continue;
      std::string_view version = words[3].substr(1, words[3].size() - 2);
      packages.push_back({std::string(words[2]), std::string(version), "x86_64"});
    }
    return packages;
  }

  Rootfs install_with_kiln(const std::vector<model::PackageId>& packages, int effects) {
    Inputs inputs;
    plan::Plan plan;
    plan.distribution = "alpine";
    plan.policies = {.effects = effects, .dropped_paths = 0};
    plan.spec.variant = "dev";
    for (std::string_view name : split_words(GetParam().second))
      plan.spec.packages.push_back(value(definition::parse_package_request(name)));
    for (const model::PackageId& id : packages) {
      std::string bytes = value(
          read_file(repository_ / "x86_64" / (id.name + "-" + id.version + ".apk"), 1U << 30));
      Digest digest = value(world_.store().put(bytes));
      inputs.packages.push_back(value(packages::apk::unpack(id, digest, world_)));
      plan.packages.push_back({.id = id, .sha256 = digest, .size = bytes.size()});
    }
    return value(install(plan, inputs, world_.store()));
  }

  void expect_equal(Rootfs& rootfs, std::span<const std::string_view> more_allowed) {
    StoreContents contents(world_.store());
    Tree tree(rootfs, contents);
    auto allowed = [&](const std::string& path) {
      return is_allowed(path) || std::ranges::any_of(more_allowed, [&](std::string_view pattern) {
               return glob_match(pattern, path);
             });
    };
    std::set<std::string> theirs;
    for (const auto& entry : fs::recursive_directory_iterator(root_)) {
      std::string path = entry.path().lexically_relative(root_);
      theirs.insert(path);
      if (allowed(path)) continue;
      const Node* ours = tree.find(path);
      EXPECT_EQ(ours ? testing::describe(tree, *ours) : "absent", testing::describe(entry.path()))
          << path;
    }
    for (const auto& [path, node] : rootfs.nodes)
      EXPECT_TRUE(theirs.contains(path) || allowed(path)) << path << " is only in Kiln's tree";
    EXPECT_EQ(members(value(tree.read("lib/apk/db/scripts.tar"))),
              members(value(read_file(root_ / "lib/apk/db/scripts.tar"))));
  }

  kiln::testing::TestWorld world_;
  fs::path repository_ = world_.directory() / "repository";
  fs::path tools_ = world_.directory() / "tools";
  fs::path root_ = world_.directory() / "root";
};

TEST_P(ApkOracle, WithoutScriptsTreeAndDatabaseAreApks) {
  Rootfs rootfs = install_with_kiln(install_with_apk({"--no-scripts"}), 0);
  MemoryContents none;
  std::string ours(value(Tree(rootfs, none).read("lib/apk/db/installed")));
  std::string theirs = value(read_file(root_ / "lib/apk/db/installed"));
  EXPECT_TRUE(set_replaces_apart(ours) == set_replaces_apart(theirs)) << ours;
  expect_equal(rootfs, {});
}

INSTANTIATE_TEST_SUITE_P(
    Alpine319, ApkOracle,
    ::testing::Values(std::pair{"base", "alpine-base"},
                      std::pair{"static", "alpine-baselayout-data"},
                      std::pair{"certificates", "ca-certificates busybox alpine-baselayout"},
                      std::pair{"tools", "git jq libcurl openssh openssl coreutils grep make wget"},
                      std::pair{"services", "chrony dhcpcd eudev openrc doas tiny-cloud-alpine"}),
    [](const auto& parameter) { return parameter.param.first; });

}  // namespace
}  // namespace kiln::rootfs

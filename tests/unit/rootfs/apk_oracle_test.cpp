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

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
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

// Alpine's apk, unpacked, and a repository of all packages of ../shared.
class RealApk {
 public:
  explicit RealApk(const fs::path& shared) {
    fs::create_directories(repository_ / "x86_64");
    for (const auto& entry : fs::recursive_directory_iterator(shared)) {
      fs::path link = repository_ / "x86_64" / entry.path().filename();
      if (entry.path().extension() == ".apk" && !fs::is_symlink(link))
        fs::create_symlink(entry.path(), link);
    }
    fs::create_directory(tools_);
    for (const char* name : {"musl-1", "apk-tools-2", "libcrypto3-3", "libssl3-3", "zlib-1"})
      unpack(name);
    // Where apk cannot even start (another processor), there is nothing to compare with.
    works_ = run({"--version"}).exit_code == 0 && make_index().exit_code == 0;
  }

  bool works() const { return works_; }
  const fs::path& repository() const { return repository_; }
  fs::path file(const model::PackageId& id) const {
    return repository_ / "x86_64" / (id.name + "-" + id.version + ".apk");
  }

  kiln::testing::ToolRun run(std::vector<std::string> arguments) const {
    std::vector<std::string> command = {tools_ / k_loader, "--library-path", tools_ / "lib",
                                        tools_ / "sbin/apk"};
    std::ranges::move(arguments, std::back_inserter(command));
    return kiln::testing::run_tool(command);
  }

 private:
  void unpack(std::string_view prefix) const {
    for (const auto& entry : fs::directory_iterator(repository_ / "x86_64"))
      if (entry.path().filename().string().starts_with(prefix))
        kiln::testing::run_tool({"tar", "-xzf", entry.path(), "-C", tools_});
  }

  kiln::testing::ToolRun make_index() const {
    std::vector<std::string> command = {"index",
                                        "--allow-untrusted",
                                        "--rewrite-arch",
                                        "x86_64",
                                        "-o",
                                        repository_ / "x86_64/APKINDEX.tar.gz"};
    for (const auto& entry : fs::directory_iterator(repository_ / "x86_64"))
      command.push_back(entry.path());
    return run(std::move(command));
  }

  TemporaryDirectory directory_ = value(TemporaryDirectory::create());
  fs::path repository_ = directory_.path() / "repository";
  fs::path tools_ = directory_.path() / "tools";
  bool works_ = false;
};

class ApkOracle : public ::testing::TestWithParam<std::pair<std::string, std::string>> {
 protected:
  static void SetUpTestSuite() {
    auto shared = kiln::testing::shared_file("alpine");
    if (shared && ::geteuid() == 0 && kiln::testing::have_tool("tar"))
      apk_ = std::make_unique<RealApk>(*shared);
  }
  static void TearDownTestSuite() { apk_.reset(); }
  void SetUp() override {
    if (!apk_ || !apk_->works()) GTEST_SKIP() << "needs ../shared/alpine, root, tar and x86_64";
  }

  kiln::testing::ToolRun add_with_apk(const fs::path& root, std::vector<std::string> more) const {
    std::vector<std::string> arguments = {"--no-network", "--root",
                                          root,           "--allow-untrusted",
                                          "-X",           apk_->repository(),
                                          "--no-cache",   "--repositories-file",
                                          "/dev/null",    "add"};
    std::ranges::move(more, std::back_inserter(arguments));
    return apk_->run(std::move(arguments));
  }

  // Installs with real apk; the packages in the order in which it did.
  std::vector<model::PackageId> install_with_apk(std::vector<std::string> options) {
    options.insert(options.end(), {"--initdb", "--arch", "x86_64"});
    for (std::string_view name : split_words(GetParam().second)) options.emplace_back(name);
    auto run = add_with_apk(root_, std::move(options));
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
    // The numbers that scripts give them.
    plan.spec.accounts.users = {{"chrony", 100, 101}, {"dhcpcd", 101, 102}};
    plan.spec.accounts.groups = {{"chrony", 101, {}}, {"dhcpcd", 102, {}}};
    for (std::string_view name : split_words(GetParam().second))
      plan.spec.packages.push_back(value(definition::parse_package_request(name)));
    for (const model::PackageId& id : packages) {
      std::string bytes = value(read_file(apk_->file(id), 1U << 30));
      Digest digest = value(world_.store().put(bytes));
      inputs.packages.push_back(value(packages::apk::unpack(id, digest, world_)));
      plan.packages.push_back({.id = id, .sha256 = digest, .size = bytes.size()});
    }
    return value(install(plan, inputs, world_.store()));
  }

  void expect_equal(Rootfs& rootfs) {
    StoreContents contents(world_.store());
    Tree tree(rootfs, contents);
    std::set<std::string> theirs;
    for (const auto& entry : fs::recursive_directory_iterator(root_)) {
      std::string path = entry.path().lexically_relative(root_);
      theirs.insert(path);
      if (is_allowed(path)) continue;
      const Node* ours = tree.find(path);
      EXPECT_EQ(ours ? testing::describe(tree, *ours) : "absent", testing::describe(entry.path()))
          << path;
    }
    for (const auto& [path, node] : rootfs.nodes)
      EXPECT_TRUE(theirs.contains(path) || is_allowed(path)) << path << " is only in Kiln's tree";
    EXPECT_EQ(members(value(tree.read("lib/apk/db/scripts.tar"))),
              members(value(read_file(root_ / "lib/apk/db/scripts.tar"))));
  }

  void expect_tree_and_database_of_apk() {
    Rootfs rootfs = install_with_kiln(install_with_apk({"--no-scripts"}), 0);
    MemoryContents none;
    std::string ours(value(Tree(rootfs, none).read("lib/apk/db/installed")));
    std::string theirs = value(read_file(root_ / "lib/apk/db/installed"));
    EXPECT_TRUE(set_replaces_apart(ours) == set_replaces_apart(theirs)) << ours;
    expect_equal(rootfs);
  }

  // The tree on disk, as a container would have it.
  void write(Rootfs& rootfs, const fs::path& root) {
    StoreContents contents(world_.store());
    Tree tree(rootfs, contents);
    fs::create_directory(root);
    for (const auto& [path, node] : rootfs.nodes) {
      fs::path place = root / path;
      if (node.type == model::FileType::directory) {
        fs::create_directory(place);
      } else if (node.type == model::FileType::symlink) {
        fs::create_symlink(node.link, place);
        continue;
      } else {
        ASSERT_OK(write_file(place, value(tree.read(path)), node.mode));
      }
      ASSERT_EQ(::chown(place.c_str(), node.uid, node.gid), 0);
      ASSERT_EQ(::chmod(place.c_str(), node.mode), 0);
    }
  }

  static inline std::unique_ptr<RealApk> apk_;
  kiln::testing::TestWorld world_;
  fs::path root_ = world_.directory() / "root";
};

TEST_P(ApkOracle, WithoutScriptsTreeAndDatabaseAreApks) {
  expect_tree_and_database_of_apk();
}

TEST_P(ApkOracle, WithScriptsTheTreeIsApks) {
  if (GetParam().second.starts_with("alpine-baselayout-data"))
    GTEST_SKIP() << "no shell that would run scripts";
  Rootfs rootfs = install_with_kiln(install_with_apk({}), 1);
  for (const ScriptAccount& script : rootfs.scripts)
    EXPECT_NE(script.verdict, ScriptAccount::Verdict::not_understood)
        << script.package.name << " " << script.script << ": " << script.reason;
  expect_equal(rootfs);
}

class ApkInDevImage : public ApkOracle {};

// yx brings a program, so that busybox's trigger runs where busybox is.
TEST_P(ApkInDevImage, InstallsMorePackages) {
  Rootfs rootfs = install_with_kiln(install_with_apk({"--no-scripts"}), 1);
  fs::path image = world_.directory() / "image";
  ASSERT_NO_FATAL_FAILURE(write(rootfs, image));
  auto run = add_with_apk(image, {"yx"});
  EXPECT_EQ(run.exit_code, 0) << run.output << run.errors;
  EXPECT_NE(run.output.find("Installing yx"), std::string::npos) << run.output;
  auto audit = apk_->run({"--root", image, "audit", "--system"});
  for (std::string_view line : split(audit.output, '\n'))
    // What a trigger writes is changed for apk, as it is in its own trees.
    EXPECT_TRUE(line.empty() || line.starts_with("A ") || is_allowed(std::string(line.substr(2))) ||
                line.ends_with("/ca-certificates.crt"))
        << "changed or gone for apk: " << line;
}

// Each package of ../shared with what it needs, where all of that is there.
class ApkSinglePackage : public ApkOracle {};

TEST_P(ApkSinglePackage, TreeAndDatabaseAreApks) {
  fs::path trial = world_.directory() / "trial";
  auto tried =
      add_with_apk(trial, {"--no-scripts", "--initdb", "--arch", "x86_64", GetParam().second});
  if (tried.exit_code != 0) GTEST_SKIP() << "not all that it needs is in ../shared";
  expect_tree_and_database_of_apk();
}

// Some of the packages, others in each run; all of them with KILN_APK_TREES=all.
std::vector<std::pair<std::string, std::string>> single_packages() {
  constexpr size_t k_some = 6;
  auto shared = kiln::testing::shared_file("alpine");
  if (!shared) return {};
  std::map<std::string, std::string> names;  // of tests to those of packages
  for (const auto& entry : fs::recursive_directory_iterator(*shared)) {
    std::string stem = entry.path().stem();
    if (entry.path().extension() != ".apk") continue;
    std::string package = stem.substr(0, stem.rfind('-', stem.rfind('-') - 1));
    std::string name = package;
    std::ranges::replace_if(name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
    names[name] = package;
  }
  std::vector<std::pair<std::string, std::string>> list(names.begin(), names.end());
  const char* wanted = std::getenv("KILN_APK_TREES");
  if (wanted != nullptr && std::string_view(wanted) == "all") return list;
  std::mt19937_64 random(kiln::testing::fresh_seed());
  std::ranges::shuffle(list, random);
  list.resize(std::min(list.size(), k_some));
  return list;
}

constexpr auto k_name = [](const auto& parameter) { return parameter.param.first; };
const std::pair<std::string, std::string> k_base{"base", "alpine-base busybox-suid"};
const std::pair<std::string, std::string> k_static{
    "static", "alpine-baselayout-data ca-certificates-bundle tzdata"};

INSTANTIATE_TEST_SUITE_P(
    Alpine319, ApkOracle,
    ::testing::Values(
        k_base, k_static, std::pair{"certificates", "alpine-baselayout ca-certificates coreutils"},
        std::pair{"tools", "alpine-base git jq libcurl openssh openssl grep make wget"},
        std::pair{"services", "alpine-base chrony dhcpcd eudev doas tiny-cloud-alpine"}),
    k_name);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ApkSinglePackage);
INSTANTIATE_TEST_SUITE_P(Alpine319, ApkSinglePackage, ::testing::ValuesIn(single_packages()),
                         k_name);
INSTANTIATE_TEST_SUITE_P(Alpine319, ApkInDevImage, ::testing::Values(k_base, k_static), k_name);

}  // namespace
}  // namespace kiln::rootfs

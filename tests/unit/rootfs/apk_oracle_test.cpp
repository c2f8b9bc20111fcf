// SPDX-License-Identifier: Apache-2.0
//
// The whole against the reference: real apk installs real packages of Alpine 3.19 into a directory;
// Kiln makes a tree of the same files in the same order. Without scripts everything must be equal,
// the database byte for byte; with them, all but what is listed below and in docs/effects.md.
#include "base/strings.hpp"
#include "codec/tar.hpp"
#include "describe.hpp"
#include "mirror_apk.hpp"
#include "packages/apk/unpack.hpp"
#include "rootfs/install.hpp"
#include "support/shared_data.hpp"
#include "support/test_world.hpp"
#include "support/tools.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <random>
#include <set>

#include <gtest/gtest.h>
#include <unistd.h>

namespace kiln::rootfs {
namespace {

namespace fs = std::filesystem;
using kiln::testing::value;

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

// The effect `base-directories`, where no package brings them.
constexpr std::string_view k_base_directories[] = {"home", "root", "run", "sys", "var/tmp"};

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

uint32_t number(std::string_view digits) {
  uint32_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

// A database's lines, and those of `replaces` set apart: apk writes those of a package without
// files into the entry of the next one that has any, or nowhere.
std::pair<std::vector<std::string>, std::vector<std::string>> set_replaces_apart(
    std::string_view database) {
  std::pair<std::vector<std::string>, std::vector<std::string>> lines;
  size_t written = 0;
  for (std::string_view line : split(database, '\n')) {
    bool replaces = line.starts_with("r:") || line.starts_with("q:");
    (replaces ? lines.second : lines.first).emplace_back(line);
    if (line.starts_with("F:")) written = lines.second.size();
  }
  lines.second.resize(written);
  return lines;
}

class ApkOracle : public ::testing::TestWithParam<std::pair<std::string, std::string>> {
 protected:
  static void SetUpTestSuite() {
    auto shared = kiln::testing::shared_file("alpine");
    if (shared && ::geteuid() == 0 && kiln::testing::have_tool("tar"))
      apk_ = std::make_unique<testing::MirrorApk>(*shared);
  }
  static void TearDownTestSuite() { apk_.reset(); }
  void SetUp() override {
    if (!apk_ || !apk_->works()) GTEST_SKIP() << "needs ../shared/alpine, root, tar and x86_64";
    for (std::string_view wish : split_words(GetParam().second)) wishes_.emplace_back(wish);
  }

  // Installs with real apk; the packages in the order in which it did.
  std::vector<model::PackageId> install_with_apk(std::vector<std::string> options) {
    options.insert(options.end(), {"--initdb", "--arch", "x86_64"});
    options.insert(options.end(), wishes_.begin(), wishes_.end());
    auto run = apk_->add(root_, std::move(options));
    EXPECT_EQ(run.exit_code, 0) << run.output << run.errors;
    return testing::installed_packages(run.output);
  }

  // A definition names the accounts of services; these are those that scripts made for apk.
  definition::Accounts accounts_of_scripts() const {
    definition::Accounts accounts;
    auto lines = [&](const char* file) {
      auto text = read_file(root_ / "etc" / file, 1U << 20);
      return text ? *text : "";
    };
    auto is_of_script = [](uint32_t id) { return id > 100 && id < 1000; };
    std::string groups = lines("group");
    for (std::string_view line : split(groups, '\n')) {
      std::vector<std::string_view> fields = split(line, ':');
      if (fields.size() > 2 && is_of_script(number(fields[2])))
        accounts.groups.push_back({std::string(fields[0]), number(fields[2]), {}});
    }
    std::string users = lines("passwd");
    for (std::string_view line : split(users, '\n')) {
      std::vector<std::string_view> fields = split(line, ':');
      if (fields.size() > 3 && is_of_script(number(fields[3])))
        accounts.users.push_back({std::string(fields[0]), number(fields[2]), number(fields[3])});
    }
    return accounts;
  }

  Rootfs install_with_kiln(const std::vector<model::PackageId>& packages, int effects) {
    Inputs inputs;
    plan::Plan plan;
    plan.distribution = "alpine";
    plan.policies = {.effects = effects, .dropped_paths = 0};
    plan.spec.variant = "dev";
    plan.spec.accounts = accounts_of_scripts();
    for (const std::string& wish : wishes_)
      plan.spec.packages.push_back(value(definition::parse_package_request(wish)));
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
      EXPECT_TRUE(theirs.contains(path) || is_allowed(path) ||
                  std::ranges::find(k_base_directories, path) != std::end(k_base_directories))
          << path << " is only in Kiln's tree";
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

  void expect_tree_of_apk_with_scripts() {
    std::vector<model::PackageId> packages = install_with_apk({});
    auto have = [&](std::string_view name) {
      return std::ranges::find(packages, name, &model::PackageId::name) != packages.end();
    };
    if (!have("busybox")) GTEST_SKIP() << "no shell that would run scripts";
    if ((have("chrony") || have("dhcpcd")) && !have("alpine-baselayout-data"))
      GTEST_SKIP() << "no accounts that scripts could add theirs to";
    Rootfs rootfs = install_with_kiln(packages, 1);
    for (const ScriptAccount& script : rootfs.scripts)
      EXPECT_NE(script.verdict, ScriptAccount::Verdict::not_understood)
          << script.package.name << " " << script.script << ": " << script.reason;
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

  static inline std::unique_ptr<testing::MirrorApk> apk_;
  std::vector<std::string> wishes_;
  kiln::testing::TestWorld world_;
  fs::path root_ = world_.directory() / "root";
};

TEST_P(ApkOracle, WithoutScriptsTreeAndDatabaseAreApks) {
  expect_tree_and_database_of_apk();
}

TEST_P(ApkOracle, WithScriptsTheTreeIsApks) {
  expect_tree_of_apk_with_scripts();
}

class ApkInDevImage : public ApkOracle {};

// yx brings a program, so that busybox's trigger runs where busybox is.
TEST_P(ApkInDevImage, InstallsMorePackages) {
  Rootfs rootfs = install_with_kiln(install_with_apk({"--no-scripts"}), 1);
  fs::path image = world_.directory() / "image";
  ASSERT_NO_FATAL_FAILURE(write(rootfs, image));
  auto run = apk_->add(image, {"yx"});
  EXPECT_EQ(run.exit_code, 0) << run.output << run.errors;
  EXPECT_NE(run.output.find("Installing yx"), std::string::npos) << run.output;
  auto audit = apk_->run({"--root", image, "audit", "--system"});
  for (std::string_view line : split(audit.output, '\n'))
    // What a trigger writes is changed for apk, as it is in its own trees.
    EXPECT_TRUE(line.empty() || line.starts_with("A ") || is_allowed(std::string(line.substr(2))) ||
                line.ends_with("/ca-certificates.crt"))
        << "changed or gone for apk: " << line;
}

// Packages of ../shared: each alone, each beside alpine-base, and several drawn at random.
class ApkSets : public ApkOracle {
 protected:
  void SetUp() override {
    ApkOracle::SetUp();
    if (IsSkipped()) return;
    if (wishes_.empty()) draw();
    if (!apk_->can_add(wishes_)) GTEST_SKIP() << "not all that they need is in ../shared";
  }

 private:
  // Every second set beside alpine-base.
  void draw() {
    std::mt19937_64 random(kiln::testing::fresh_seed() + std::stoul(GetParam().first.substr(7)));
    std::vector<std::string> all = testing::wishes_for_all(*kiln::testing::shared_file("alpine"));
    std::ranges::shuffle(all, random);
    if (random() % 2 == 0) wishes_.emplace_back("alpine-base");
    size_t most = wishes_.size() + 2 + random() % 9;
    for (const std::string& wish : all) {
      if (wishes_.size() == most) break;
      wishes_.push_back(wish);
      if (!apk_->can_add(wishes_)) wishes_.pop_back();
    }
    std::cout << "the set is " << join(wishes_, " ") << "\n";
  }
};

TEST_P(ApkSets, WithoutScriptsTreeAndDatabaseAreApks) {
  expect_tree_and_database_of_apk();
}

TEST_P(ApkSets, WithScriptsTheTreeIsApks) {
  expect_tree_of_apk_with_scripts();
}

// Some of the sets, others in each run; all of them and 100 random ones with KILN_APK_TREES=all.
std::vector<std::pair<std::string, std::string>> sets() {
  auto shared = kiln::testing::shared_file("alpine");
  if (!shared) return {};
  std::vector<std::pair<std::string, std::string>> list;
  for (const std::string& wish : testing::wishes_for_all(*shared)) {
    std::string name = wish;
    std::ranges::replace_if(name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
    list.emplace_back("alone_" + name, wish);
    list.emplace_back("beside_base_" + name, "alpine-base " + wish);
  }
  const char* wanted = std::getenv("KILN_APK_TREES");
  bool all = wanted != nullptr && std::string_view(wanted) == "all";
  if (!all) {
    constexpr size_t k_some = 4;
    std::mt19937_64 random(kiln::testing::fresh_seed());
    std::ranges::shuffle(list, random);
    list.resize(std::min(list.size(), k_some));
  }
  for (int i = 0; i < (all ? 100 : 2); ++i) list.emplace_back("random_" + std::to_string(i), "");
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
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ApkSets);
INSTANTIATE_TEST_SUITE_P(Alpine319, ApkSets, ::testing::ValuesIn(sets()), k_name);
INSTANTIATE_TEST_SUITE_P(Alpine319, ApkInDevImage, ::testing::Values(k_base, k_static), k_name);

}  // namespace
}  // namespace kiln::rootfs

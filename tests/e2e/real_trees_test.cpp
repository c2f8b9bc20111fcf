// SPDX-License-Identifier: Apache-2.0
//
// The whole against the reference: mmdebstrap installs the packages that an image of the catalog
// lists, with all their scripts; Kiln makes a tree of the same .debs without them. What differs
// must be in the list below, which docs/effects.md gives the reasons for.
//
// A run takes one image, drawn from a fresh seed; KILN_REAL_TREES=all takes all, and
// KILN_REAL_TREES=postgres/debian-13/17-dev that one.
#include "base/strings.hpp"
#include "definition/resolve.hpp"
#include "packages/deb/unpack.hpp"
#include "rootfs/dropped_paths.hpp"
#include "rootfs/install.hpp"
#include "rootfs/tree.hpp"
#include "support/shared_data.hpp"
#include "support/test_world.hpp"
#include "support/tools.hpp"
#include "unit/rootfs/describe.hpp"

#include <cstdlib>
#include <filesystem>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace kiln::rootfs {
namespace {

namespace fs = std::filesystem;
using kiln::testing::value;
using model::FileType;

constexpr std::string_view k_allowed[] = {
    // services
    "etc/rc?.d/**",
    "etc/systemd/**",
    "var/lib/systemd/**",
    // records, locks, backups and configuration of the tools that installed
    "var/log/wtmp",
    "var/log/btmp",
    "var/log/lastlog",
    "var/log/faillog",
    "etc/.pwd.lock",
    "etc/passwd-",
    "etc/group-",
    "etc/shadow-",
    "etc/gshadow-",
    "var/lib/dpkg/*-old",
    "var/lib/dpkg/lock*",
    "var/lib/dpkg/triggers/Lock",
    "var/lib/apt/**",
    "var/cache/**",
    "etc/apt/sources.list",
    "etc/apt/sources.list.d/debian.sources",
    "etc/fstab",
    "etc/hostname",
    "etc/resolv.conf",
    "etc/apt/apt.conf.d/99mmdebstrap",
    "etc/dpkg/dpkg.cfg.d/left-out",
    "var/lib/dpkg/arch",
    "var/lib/dpkg/status",
    "var/lib/dpkg/info/*.list",
    "var/lib/dpkg/diversions",
    // the definition's
    "etc/passwd",
    "etc/group",
    "etc/shadow",
    "etc/gshadow",
    "usr/lib/os-release",
    "home/*",
    // alternatives of manual pages, byte code, locales
    "etc/alternatives/*.gz",
    "var/lib/dpkg/alternatives/*.gz",
    "**/__pycache__",
    "**/__pycache__/**",
    "var/lib/python",
    "var/lib/python/*",
    "etc/python3",
    "etc/python3/debian_config",
    "etc/locale.gen",
    "etc/default/locale",
    "etc/locale.conf",
    // the same certificates in another order and with another date
    "etc/ssl/certs/java/cacerts",
    // mmdebstrap empties it
    "run/**",
    // with a line for the cluster that postgresql-17's script creates
    "etc/apt/apt.conf.d/02autoremove-postgresql",
    // ucf's backups
    "var/lib/ucf/*.?",
    // a private key, its certificate, and the link by its subject's hash
    "etc/ssl/private/ssl-cert-snakeoil.key",
    "etc/ssl/certs/ssl-cert-snakeoil.pem",
    // the cluster itself
    "etc/postgresql/[0-9][0-9]",
    "etc/postgresql/[0-9][0-9]/**",
    "var/lib/postgresql/[0-9][0-9]",
    "var/lib/postgresql/[0-9][0-9]/**",
    "var/log/postgresql/postgresql-*-main.log",
    // kernel's
    "dev/**",
    "proc/**",
    "sys/**",
};

bool is_allowed(const std::string& path) {
  return std::ranges::any_of(k_allowed,
                             [&](std::string_view pattern) { return glob_match(pattern, path); });
}

// What is installed: the packages of one image of the catalog, or a list for what the catalog
// lacks.
struct PackageSet {
  std::string name;
  std::string codename;
  std::string packages;  // separated by commas
};

std::optional<PackageSet> set_of(const Path& file) {
  Diagnostics mistakes;
  auto definition = definition::load_file(file, mistakes, {.root = KILN_CATALOG});
  if (!definition) return std::nullopt;
  auto spec = definition::resolve(*definition, "linux/amd64");
  if (!spec || spec->target.distro != "debian") return std::nullopt;
  std::vector<std::string> names;
  for (const definition::PackageRequest& request : spec->packages) names.push_back(request.name);
  std::string name = file.lexically_relative(Path(KILN_CATALOG) / "image").replace_extension("");
  return PackageSet{name, spec->target.codename, join(names, ",")};
}

std::vector<PackageSet> all_sets() {
  std::vector<PackageSet> sets = {
      {"trixie", "trixie",
       "ca-certificates,tzdata,openssl,git,curl,python3,nginx,netbase,gawk,gnu-which,"
       "openjdk-21-jre-headless,xz-utils,gcc,less"},
      {"bookworm", "bookworm", "ca-certificates,tzdata,curl,netbase,libpam-runtime"},
      {"servers", "trixie", "postgresql-17,valkey-server,redis-server,ssl-cert,memcached"}};
  std::set<Path> files;
  for (const auto& entry : fs::recursive_directory_iterator(Path(KILN_CATALOG) / "image"))
    if (entry.path().extension() == ".yaml") files.insert(entry.path());
  for (const Path& file : files)
    if (auto set = set_of(file)) sets.push_back(std::move(*set));
  return sets;
}

std::vector<PackageSet> chosen_sets() {
  std::vector<PackageSet> sets = all_sets();
  const char* wanted = std::getenv("KILN_REAL_TREES");
  if (wanted == nullptr) {
    std::mt19937_64 random(kiln::testing::fresh_seed());
    return {sets[random() % sets.size()]};
  }
  if (std::string_view(wanted) != "all")
    std::erase_if(sets, [&](const PackageSet& set) { return set.name != wanted; });
  return sets;
}

// The accounts of a real installation, so that names mean the same numbers in both trees.
definition::Accounts accounts_of(const Path& root) {
  definition::Accounts accounts{.root = true, .run_as = "root", .users = {}, .groups = {}};
  auto each_line = [&](const char* file, auto&& add) {
    std::string text = value(read_file(root / "etc" / file));
    for (std::string_view line : split(text, '\n'))
      if (std::vector<std::string_view> fields = split(line, ':');
          fields.size() > 3 && fields[0] != "root")
        add(fields);
  };
  auto number = [](std::string_view text) { return static_cast<uint32_t>(*parse_decimal(text)); };
  each_line("passwd", [&](const auto& fields) {
    accounts.users.push_back({std::string(fields[0]), number(fields[2]), number(fields[3])});
  });
  each_line("group", [&](const auto& fields) {
    accounts.groups.push_back({std::string(fields[0]), number(fields[2]), {}});
  });
  return accounts;
}

// Files of lines that dpkg keeps in the order of its own hash table.
constexpr std::string_view k_in_any_order[] = {"var/lib/dpkg/statoverride",
                                               "var/lib/dpkg/triggers/File"};

std::vector<std::string> sorted_lines(std::string_view text) {
  std::vector<std::string> lines;
  for (std::string_view line : split(text, '\n')) lines.emplace_back(line);
  std::ranges::sort(lines);
  return lines;
}

bool is_unreachable(const std::string& errors) {
  return errors.contains("Could not resolve") || errors.contains("Temporary failure") ||
         errors.contains("Could not connect") || errors.contains("Unable to connect");
}

// Both trees, path by path.
void compare(const Path& root, Rootfs& rootfs, const std::string& codename) {
  MemoryContents none;
  Tree tree(rootfs, none);
  std::set<std::string> theirs;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    std::string path = entry.path().lexically_relative(root);
    theirs.insert(path);
    FileType type = entry.is_symlink()     ? FileType::symlink
                    : entry.is_directory() ? FileType::directory
                                           : FileType::file;
    if (is_allowed(path) || is_dropped(1, path, type)) continue;
    if (codename == "bookworm" && path == "etc/shells") continue;  // the same lines, reordered
    if (type == FileType::symlink && fs::read_symlink(entry) == "ssl-cert-snakeoil.pem") continue;
    const Node* ours = tree.find(path);
    if (ours != nullptr && std::ranges::find(k_in_any_order, path) != std::end(k_in_any_order)) {
      EXPECT_EQ(sorted_lines(tree.inode(*ours)->content.bytes),
                sorted_lines(value(read_file(entry.path()))))
          << path;
      continue;
    }
    EXPECT_EQ(ours ? testing::describe(tree, *ours) : "absent", testing::describe(entry.path()))
        << path;
  }
  for (const auto& [path, node] : rootfs.nodes)
    EXPECT_TRUE(theirs.contains(path) || is_allowed(path)) << path << " is only in Kiln's tree";
}

void compare_with_mmdebstrap(const PackageSet& set) {
  kiln::testing::TestWorld world;
  fs::path root = world.directory() / "root", debs = world.directory() / "debs";
  fs::create_directory(debs);
  auto run = kiln::testing::run_tool(
      {"mmdebstrap", "--mode=root", "--variant=minbase", "--include=" + set.packages,
       "--skip=essential/unlink", "--aptopt=APT::Install-Recommends \"false\"",
       "--customize-hook=cp \"$1\"/var/cache/apt/archives/*.deb " + debs.string(), set.codename,
       root.string(), "http://deb.debian.org/debian"});
  if (run.exit_code != 0 && is_unreachable(run.errors))
    GTEST_SKIP() << "the Debian archive cannot be reached";
  ASSERT_EQ(run.exit_code, 0) << run.errors;

  Inputs inputs;
  plan::Plan plan;
  plan.distribution = "debian";
  plan.codename = set.codename;
  plan.policies.effects = 2;
  plan.spec.variant = "dev";  // with dpkg's whole database, as a real installation has it
  plan.spec.accounts = accounts_of(root);
  plan.spec.os_release = {{"ID", "debian"}};
  for (const std::string& name : value(list_directory(debs))) {
    Digest digest = value(world.store().put(value(read_file(debs / name))));
    inputs.packages.push_back(value(packages::deb::unpack(digest, world)));
  }
  Rootfs rootfs = value(install(plan, inputs, world.store()));
  for (const ScriptAccount& script : rootfs.scripts) {
    EXPECT_NE(script.verdict, ScriptAccount::Verdict::not_understood)
        << script.package.name << " " << script.script << ": " << script.reason;
  }
  compare(root, rootfs, set.codename);
}

TEST(RealTrees, AreMmdebstrapsButForWhatIsListed) {
  NEED_TOOL("mmdebstrap");
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: mmdebstrap runs scripts of packages";
  std::vector<PackageSet> sets = chosen_sets();
  ASSERT_FALSE(sets.empty()) << "KILN_REAL_TREES names no image of the catalog";
  for (const PackageSet& set : sets) {
    SCOPED_TRACE(set.name);
    fmt::print("{}: {}\n", set.name, set.packages);
    compare_with_mmdebstrap(set);
    if (IsSkipped()) return;
  }
}

}  // namespace
}  // namespace kiln::rootfs

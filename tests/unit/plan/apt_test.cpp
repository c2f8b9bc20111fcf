// SPDX-License-Identifier: Apache-2.0
//
// The resolver against apt itself: random sets of packages from the real archives of trixie and
// bookworm, with a fresh seed each run. KILN_APT_SETS says how many sets of each; when absent, as
// many as half a minute a release allows (apt takes about half a second a set). Apt follows the
// packages in the order of its command line, we follow wishes in the order of their names, so apt
// is given them in that order. Where answers differ, ours must hold by the packages' own relations,
// and such sets must be rare: at most 1 % of all. A sample that has more is too small to say so, or
// shows it: it is made larger, to 500 sets, before it is judged.
#include "base/strings.hpp"
#include "base/threads.hpp"
#include "packages/deb/archive.hpp"
#include "packages/deb/defaults.hpp"
#include "plan/resolver.hpp"
#include "support/shared_data.hpp"
#include "support/test_world.hpp"
#include "support/tools.hpp"

#include <chrono>
#include <cstdlib>
#include <memory>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace kiln::plan {
namespace {

using packages::deb::DebUniverse;
using testing::value;
using Names = std::vector<std::string>;

// A root of apt's own that holds the archive's lists and nothing installed. Its configuration can
// only simulate and has no dpkg, whatever command it is used with.
class ScratchApt {
 public:
  explicit ScratchApt(const std::string& codename) {
    const Path& root = directory_.path();
    for (const char* name : {"lists/partial", "cache/archives/partial", "etc"})
      value(make_directories(root / name));
    value(write_file(root / "status", ""));
    std::string list;
    for (const auto& repository : value(packages::deb::default_repositories(codename)))
      list += fmt::format(
          "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] {} {} {}\n",
          repository.mirrors.front(), repository.suite, join(repository.components, " "));
    value(write_file(root / "etc/sources.list", list));
    value(write_file(root / "apt.conf", configuration(root.string())));
  }

  testing::ToolRun run(std::vector<std::string> arguments) const {
    return testing::run_tool(
        std::move(arguments),
        {"APT_CONFIG=" + (directory_.path() / "apt.conf").string(), "LC_ALL=C"});
  }

  // "name=version" of all that apt would install, sorted; nothing when it has no answer. Asks for
  // the URLs of what it would fetch, which saves it half of the time: it simulates nothing.
  std::optional<Names> install(const Names& packages) const {
    Names command{"apt-get",
                  "-qq",
                  "-y",
                  "-o",
                  "APT::Get::Simulate=false",
                  "install",
                  "--print-uris",
                  "--no-install-recommends"};
    command.insert(command.end(), packages.begin(), packages.end());
    testing::ToolRun run = this->run(command);
    if (run.exit_code != 0) return std::nullopt;
    Names installed;
    for (std::string_view line : split(run.output, '\n')) {
      std::vector<std::string_view> words = split_words(line);
      if (words.size() < 2 || !words[0].starts_with('\'')) continue;
      std::string_view file = words[1];  // "gawk_1%3a5.2.1-2_amd64.deb"
      std::string_view name = take_until(file, '_');
      std::string_view version = take_until(file, '_');
      size_t colon = version.find("%3a");
      installed.push_back(
          colon == std::string_view::npos
              ? fmt::format("{}={}", name, version)
              : fmt::format("{}={}:{}", name, version.substr(0, colon), version.substr(colon + 3)));
    }
    std::ranges::sort(installed);
    return installed;
  }

 private:
  static std::string configuration(const std::string& root) {
    return fmt::format(
        "Dir \"{0}\";\nDir::State \"{0}\";\nDir::State::status \"{0}/status\";\n"
        "Dir::State::lists \"{0}/lists\";\nDir::Cache \"{0}/cache\";\nDir::Etc \"{0}/etc\";\n"
        "Dir::Etc::sourceparts \"/dev/null\";\nDir::Bin::dpkg \"/bin/false\";\n"
        "Dir::Log::Planner \"\";\nDir::Log::Terminal \"\";\nDir::Log::History \"\";\n"
        "APT::Get::Simulate \"true\";\nAPT::Architecture \"amd64\";\n"
        "APT::Architectures {{ \"amd64\"; }};\nAPT::Sandbox::User \"root\";\n"
        "Acquire::Languages \"none\";\nAcquire::GzipIndexes \"false\";\nDebug::NoLocking "
        "\"true\";\n",
        root);
  }

  TemporaryDirectory directory_ = value(TemporaryDirectory::create());
};

Question question(const Names& packages) {
  Question question;
  for (const std::string& name : packages) question.wishes.push_back({{.name = name}, "test"});
  return question;
}

Names versions(const DebUniverse& universe, const Answer& answer) {
  Names list;
  for (const Choice& choice : answer.choices) {
    const model::PackageId& id = universe.get(choice.candidate).id;
    list.push_back(id.name + "=" + id.version);
  }
  std::ranges::sort(list);
  return list;
}

// Whether every dependency of an answer is met in it and no two members exclude each other.
::testing::AssertionResult holds(const DebUniverse& universe, const Answer& answer) {
  auto met = [&](const packages::Requirement& wanted, packages::CandidateId except) {
    return std::ranges::any_of(answer.choices, [&](const Choice& choice) {
      return choice.candidate != except && universe.satisfies(choice.candidate, wanted, "amd64");
    });
  };
  for (const Choice& choice : answer.choices) {
    const packages::Candidate& member = universe.get(choice.candidate);
    for (const packages::Dependency& dependency : member.dependencies)
      if (std::ranges::none_of(dependency.alternatives, [&](const auto& alternative) {
            return met(alternative, UINT32_MAX);
          }))
        return ::testing::AssertionFailure() << member.id.str() << " lacks " << dependency.str();
    for (const packages::Dependency& conflict : member.conflicts)
      if (met(conflict.alternatives.front(), choice.candidate))
        return ::testing::AssertionFailure()
               << member.id.str() << " has its enemy " << conflict.str();
  }
  return ::testing::AssertionSuccess();
}

std::string only_in(const Names& a, const Names& b) {
  Names rest;
  std::ranges::set_difference(a, b, std::back_inserter(rest));
  return join(rest, " ");
}

struct Comparison {
  Names wishes;
  std::optional<Names> apt;
};

struct Tally {
  size_t sets = 0;
  size_t equal = 0;
  size_t both_fail = 0;
  size_t only_ours = 0;
  size_t only_apt = 0;
  size_t other_choice = 0;

  size_t different() const { return only_ours + only_apt + other_choice; }
  bool is_rare() const { return different() * 100 <= sets; }
};

// Random sets of one release, for both.
class Release {
 public:
  explicit Release(const std::string& codename) : codename_(codename), apt_(codename) {}

  // Whether the archive can be reached.
  bool load() {
    if (apt_.run({"apt-get", "-qq", "update"}).exit_code != 0 ||
        apt_.run({"apt-get", "check"}).exit_code != 0)
      return false;
    universe_ = value(packages::deb::load(value(packages::deb::default_repositories(codename_)),
                                          "amd64", {}, world_));
    names_ = universe_->names();
    return true;
  }

  void compare(size_t count) {
    std::vector<Comparison> comparisons(count);
    for (Comparison& comparison : comparisons) {
      for (size_t n = 1 + random_() % 4; n > 0; --n)
        comparison.wishes.push_back(names_[random_() % names_.size()]);
      std::ranges::sort(comparison.wishes);
    }
    value(parallel_for(count, default_threads(), [&](size_t i) -> Result<> {
      comparisons[i].apt = apt_.install(comparisons[i].wishes);
      return {};
    }));
    for (const Comparison& comparison : comparisons) judge(comparison);
  }

  void compare_for(std::chrono::seconds time) {
    constexpr size_t k_batch = 10;
    auto end = std::chrono::steady_clock::now() + time;
    do compare(k_batch);
    while (std::chrono::steady_clock::now() < end);
  }

  const Tally& tally() const { return tally_; }

  void print() const {
    fmt::print(
        "{}: {} sets: {} equal, {} impossible for both, {} other choice, {} only ours, {} "
        "only apt's\n",
        codename_, tally_.sets, tally_.equal, tally_.both_fail, tally_.other_choice,
        tally_.only_ours, tally_.only_apt);
  }

 private:
  void judge(const Comparison& comparison) {
    ++tally_.sets;
    std::string wishes = join(comparison.wishes, " ");
    auto answer = resolve(*universe_, question(comparison.wishes));
    if (!answer) {
      ++(comparison.apt ? tally_.only_apt : tally_.both_fail);
      if (comparison.apt)
        fmt::print("apt alone has an answer: {}: {}\n", wishes, answer.error().message);
      return;
    }
    EXPECT_TRUE(holds(*universe_, *answer)) << wishes;
    Names ours = versions(*universe_, *answer);
    if (comparison.apt == ours) {
      ++tally_.equal;
      return;
    }
    ++(comparison.apt ? tally_.other_choice : tally_.only_ours);
    Names theirs = comparison.apt.value_or(Names{});
    fmt::print("{}: ours alone: {}; apt's alone: {}\n", wishes, only_in(ours, theirs),
               comparison.apt ? only_in(theirs, ours) : "no answer");
  }

  std::string codename_;
  ScratchApt apt_;
  testing::TestWorld world_;
  std::shared_ptr<const DebUniverse> universe_;
  Names names_;
  std::mt19937_64 random_{testing::fresh_seed()};
  Tally tally_;
};

void compare_with_apt(const std::string& codename) {
  NEED_TOOL("apt-get");
  constexpr std::chrono::seconds k_time{30};
  constexpr size_t k_large_sample = 500;
  Release release(codename);
  if (!release.load()) GTEST_SKIP() << "the Debian archive cannot be reached";
  const char* given = std::getenv("KILN_APT_SETS");
  if (given != nullptr)
    release.compare(std::strtoull(given, nullptr, 10));
  else
    release.compare_for(k_time);
  if (given == nullptr && !release.tally().is_rare() && release.tally().sets < k_large_sample)
    release.compare(k_large_sample - release.tally().sets);
  release.print();
  EXPECT_EQ(release.tally().only_apt, 0U);
  EXPECT_TRUE(release.tally().is_rare())
      << release.tally().different() << " of " << release.tally().sets << " differ";
}

TEST(Apt, AgreesOnTrixie) {
  compare_with_apt("trixie");
}

TEST(Apt, AgreesOnBookworm) {
  compare_with_apt("bookworm");
}

}  // namespace
}  // namespace kiln::plan

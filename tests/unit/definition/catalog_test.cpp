// SPDX-License-Identifier: Apache-2.0
//
// The real catalog as a judge: every published definition must load, resolve, and survive printing.
#include "base/process.hpp"
#include "base/threads.hpp"
#include "definition/definition.hpp"
#include "definition/info.hpp"
#include "definition/resolve.hpp"
#include "support/result_matchers.hpp"
#include "support/shared_data.hpp"

#include <atomic>
#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>

namespace kiln::definition {
namespace {

struct Loaded {
  Path file;
  std::optional<Definition> definition;
  Diagnostics diagnostics;
};

// An unpacked catalog, loaded once: KILN_CATALOG, or ../shared/dhi/catalog.tar.zst in a temporary
// place.
class Catalog : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    unpack();
    if (root_.empty()) return;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root_)) {
      if (entry.path().extension() != ".yaml") continue;
      std::ifstream file(entry.path());
      std::string line;
      if (std::getline(file, line) && line.contains("syntax="))
        all_.push_back({entry.path(), {}, {}});
    }
    testing::value(parallel_for(all_.size(), default_threads(), [](size_t i) -> Result<> {
      all_[i].definition = load_file(all_[i].file, all_[i].diagnostics, {.root = root_});
      return {};
    }));
  }
  static void TearDownTestSuite() {
    all_.clear();
    unpacked_.reset();
  }

  void SetUp() override {
    if (all_.empty()) GTEST_SKIP() << "no catalog: set KILN_CATALOG or provide ../shared/dhi";
  }

  // Calls visit, on several threads, for every definition that loaded.
  static void for_each(const std::function<void(const Path&, const Definition&)>& visit) {
    EXPECT_OK(parallel_for(all_.size(), default_threads(), [&](size_t i) -> Result<> {
      if (all_[i].definition) visit(all_[i].file, *all_[i].definition);
      return {};
    }));
  }

  static Path root_;
  static std::vector<Loaded> all_;

 private:
  static void unpack() {
    if (const char* given = std::getenv("KILN_CATALOG")) {
      root_ = given;
    } else if (auto archive = testing::shared_file("dhi/catalog.tar.zst")) {
      unpacked_.emplace(testing::value(TemporaryDirectory::create()));
      auto tar = testing::value(run_process(
          {.arguments = {"tar", "--zstd", "-xf", archive->string(), "-C", unpacked_->path()}}));
      if (tar.exit_code == 0) root_ = unpacked_->path();
    }
  }

  static std::optional<TemporaryDirectory> unpacked_;
};

Path Catalog::root_;
std::vector<Loaded> Catalog::all_;
std::optional<TemporaryDirectory> Catalog::unpacked_;

TEST_F(Catalog, EveryDefinitionLoadsWithoutErrors) {
  for (const Loaded& one : all_) {
    EXPECT_TRUE(one.definition) << one.diagnostics.print(false);
    for (const Diagnostic& d : one.diagnostics.list()) {
      bool unpublished = d.message.contains("ecosystem/");
      EXPECT_TRUE(d.rule != "missing-source" || unpublished) << d.message;
    }
  }
}

TEST_F(Catalog, EveryInfoLoads) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root_)) {
    if (entry.path().filename() != "info.yaml") continue;
    Diagnostics diagnostics;
    load_info(entry.path(), testing::value(read_file(entry.path())), diagnostics);
    EXPECT_EQ(diagnostics.size(), 0U) << diagnostics.print(false);
  }
}

TEST_F(Catalog, PrintingKeepsEveryDefinitionAndItsBytes) {
  std::atomic<size_t> same_bytes = 0;
  for_each([&](const Path& file, const Definition& definition) {
    std::string printed = print(definition);
    Diagnostics diagnostics;
    auto again = load(file, printed, diagnostics, {.root = root_, .check_sources = false});
    EXPECT_TRUE(again && *again == definition) << file << "\n" << diagnostics.print(false);
    std::string text = testing::value(read_file(file));
    if (printed == text) ++same_bytes;
  });
  std::printf("%zu of %zu definitions are printed byte for byte\n", same_bytes.load(), all_.size());
  EXPECT_GT(same_bytes * 100, all_.size() * 99);
}

TEST_F(Catalog, EveryImageResolvesForEachOfItsPlatforms) {
  for_each([](const Path& file, const Definition& definition) {
    if (definition.kind != Kind::image) return;
    EXPECT_TRUE(definition.id.starts_with("image/")) << definition.id;
    for (const std::string& platform : platforms(definition)) {
      auto spec = resolve(definition, platform);
      ASSERT_TRUE(testing::is_ok(spec)) << file;
      EXPECT_EQ(testing::value(from_json(to_json(*spec))), *spec);
      EXPECT_TRUE(definition.id.contains(spec->target.str().substr(0, 6))) << definition.id;
      for (const PackageRequest& request : spec->packages)
        EXPECT_FALSE(request.str().contains("${")) << request.str();
    }
  });
}

}  // namespace
}  // namespace kiln::definition

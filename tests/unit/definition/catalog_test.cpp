// SPDX-License-Identifier: Apache-2.0
//
// The real catalog as a judge: every published definition must load, resolve, and survive printing.
#include "base/process.hpp"
#include "base/threads.hpp"
#include "definition/definition.hpp"
#include "definition/resolve.hpp"
#include "support/result_matchers.hpp"
#include "support/shared_data.hpp"

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <mutex>

#include <gtest/gtest.h>

namespace kiln::definition {
namespace {

// An unpacked catalog: KILN_CATALOG, or ../shared/dhi/catalog.tar.zst in a temporary place.
class Catalog : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (const char* given = std::getenv("KILN_CATALOG")) {
      root_ = given;
    } else if (auto archive = testing::shared_file("dhi/catalog.tar.zst")) {
      unpacked_.emplace(testing::value(TemporaryDirectory::create()));
      auto tar = testing::value(run_process(
          {.arguments = {"tar", "--zstd", "-xf", archive->string(), "-C", unpacked_->path()}}));
      if (tar.exit_code == 0) root_ = unpacked_->path();
    }
    if (root_.empty()) return;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root_)) {
      if (entry.path().extension() != ".yaml") continue;
      std::ifstream file(entry.path());
      std::string line;
      if (std::getline(file, line) && line.contains("syntax=")) files_.push_back(entry.path());
    }
    std::ranges::sort(files_);
  }
  static void TearDownTestSuite() { unpacked_.reset(); }

  void SetUp() override {
    if (files_.empty()) GTEST_SKIP() << "no catalog: set KILN_CATALOG or provide ../shared/dhi";
  }

  // Calls visit for the definition of every file, on several threads.
  static void for_each(const std::function<void(const Path&, const Definition&)>& visit,
                       const std::function<void(const Diagnostics&)>& inspect = {}) {
    std::mutex mutex;
    auto done = parallel_for(files_.size(), default_threads(), [&](size_t i) -> Result<> {
      Diagnostics diagnostics;
      auto definition = load_file(files_[i], diagnostics, {.root = root_});
      if (!definition) {
        std::scoped_lock lock(mutex);
        ADD_FAILURE() << diagnostics.print(false);
        return {};
      }
      if (inspect) {
        std::scoped_lock lock(mutex);
        inspect(diagnostics);
      }
      visit(files_[i], *definition);
      return {};
    });
    EXPECT_OK(done);
  }

  static Path root_;
  static std::optional<TemporaryDirectory> unpacked_;
  static std::vector<Path> files_;
};

Path Catalog::root_;
std::optional<TemporaryDirectory> Catalog::unpacked_;
std::vector<Path> Catalog::files_;

TEST_F(Catalog, EveryDefinitionLoadsWithoutErrors) {
  for_each([](const Path&, const Definition&) {},
           [&](const Diagnostics& diagnostics) {
             for (const Diagnostic& d : diagnostics.list()) {
               bool unpublished = d.message.contains("ecosystem/");
               EXPECT_TRUE(d.rule != "missing-source" || unpublished) << d.message;
             }
           });
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
  std::printf("%zu of %zu definitions are printed byte for byte\n", same_bytes.load(),
              files_.size());
  EXPECT_GT(same_bytes * 100, files_.size() * 99);
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

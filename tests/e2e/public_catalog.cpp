// SPDX-License-Identifier: Apache-2.0
#include "e2e/public_catalog.hpp"

#include "e2e/container_test.hpp"
#include "e2e/kiln_program.hpp"
#include "support/result_matchers.hpp"
#include "support/shared_data.hpp"

#include <filesystem>
#include <map>
#include <stdexcept>

namespace kiln::testing {

namespace {

Path definition_file(std::string_view definition) {
  return *public_catalog() / "image" / (std::string(definition) + ".yaml");
}

Path unpack(const Path& archive) {
  static const TemporaryDirectory place = value(TemporaryDirectory::create());
  ToolRun run = run_tool({"tar", "--zstd", "-xf", archive.string(), "-C", place.path().string(),
                          "--wildcards", "*image/*"});
  if (run.exit_code != 0) throw std::runtime_error("cannot unpack the catalog: " + run.errors);
  for (const std::filesystem::directory_entry& entry :
       std::filesystem::directory_iterator(place.path()))
    if (entry.path().filename() != "image" && std::filesystem::exists(entry.path() / "image"))
      return entry.path();
  return place.path();
}

}  // namespace

std::optional<Path> public_catalog() {
  static const std::optional<Path> root = []() -> std::optional<Path> {
    std::optional<Path> archive = shared_file("dhi/catalog.tar.zst");
    if (!archive) return std::nullopt;
    return unpack(*archive);
  }();
  return root;
}

bool in_public_catalog(std::string_view definition) {
  return std::filesystem::exists(definition_file(definition));
}

std::vector<std::string> public_catalog_flags() {
  return {"--rewrite", "http://dhi.io/deb/debian/main=", "--pins", "same-version"};
}

std::string public_image(std::string_view definition) {
  static std::map<std::string, std::string, std::less<>> loaded;
  if (auto known = loaded.find(definition); known != loaded.end()) return known->second;
  Path archive = build_archive(definition_file(definition), public_catalog_flags());
  return loaded[std::string(definition)] = podman().load(archive);
}

}  // namespace kiln::testing

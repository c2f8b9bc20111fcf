// SPDX-License-Identifier: Apache-2.0
//
// The real apk of ../shared/alpine, unpacked, and a repository of all packages that are there. It
// installs into directories.
#pragma once
#include "base/files.hpp"
#include "model/package_id.hpp"
#include "support/result_matchers.hpp"
#include "support/tools.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::rootfs::testing {

class MirrorApk {
 public:
  explicit MirrorApk(const std::filesystem::path& shared);

  // Where apk cannot even start (another processor), there is nothing to compare with.
  bool works() const { return works_; }
  std::filesystem::path file(const model::PackageId& id) const;

  kiln::testing::ToolRun run(std::vector<std::string> arguments) const;
  // `apk add` in a root, with more options and names.
  kiln::testing::ToolRun add(const std::filesystem::path& root,
                             std::vector<std::string> more) const;
  // Whether all that the packages need is there.
  bool can_add(const std::vector<std::string>& packages) const;

 private:
  void unpack(std::string_view prefix) const;
  kiln::testing::ToolRun make_index() const;

  TemporaryDirectory directory_ = kiln::testing::value(TemporaryDirectory::create());
  std::filesystem::path repository_ = directory_.path() / "repository";
  std::filesystem::path tools_ = directory_.path() / "tools";
  std::filesystem::path trial_ = directory_.path() / "trial";
  bool works_ = false;
};

// What is asked for to get each package below a directory: its name, or "name=version" where
// several versions are there.
std::vector<std::string> wishes_for_all(const std::filesystem::path& shared);

// The packages that apk says it installed, in its order.
std::vector<model::PackageId> installed_packages(std::string_view output);

}  // namespace kiln::rootfs::testing

// SPDX-License-Identifier: Apache-2.0
#include "mirror_apk.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

namespace kiln::rootfs::testing {

namespace fs = std::filesystem;

MirrorApk::MirrorApk(const fs::path& shared) {
  fs::create_directories(repository_ / "x86_64");
  for (const auto& entry : fs::recursive_directory_iterator(shared)) {
    fs::path link = repository_ / "x86_64" / entry.path().filename();
    if (entry.path().extension() == ".apk" && !fs::is_symlink(link))
      fs::create_symlink(entry.path(), link);
  }
  fs::create_directory(tools_);
  for (const char* name : {"musl-1", "apk-tools-2", "libcrypto3-3", "libssl3-3", "zlib-1"})
    unpack(name);
  works_ = run({"--version"}).exit_code == 0 && make_index().exit_code == 0 &&
           add(trial_, {"--initdb", "--arch", "x86_64"}).exit_code == 0;
}

fs::path MirrorApk::file(const model::PackageId& id) const {
  return repository_ / "x86_64" / (id.name + "-" + id.version + ".apk");
}

kiln::testing::ToolRun MirrorApk::run(std::vector<std::string> arguments) const {
  std::vector<std::string> command = {tools_ / "lib/ld-musl-x86_64.so.1", "--library-path",
                                      tools_ / "lib", tools_ / "sbin/apk"};
  std::ranges::move(arguments, std::back_inserter(command));
  return kiln::testing::run_tool(command);
}

kiln::testing::ToolRun MirrorApk::add(const fs::path& root, std::vector<std::string> more) const {
  std::vector<std::string> arguments = {
      "--no-network", "--root",    root,         "--allow-untrusted",
      "-X",           repository_, "--no-cache", "--repositories-file",
      "/dev/null",    "add"};
  std::ranges::move(more, std::back_inserter(arguments));
  return run(std::move(arguments));
}

bool MirrorApk::can_add(const std::vector<std::string>& packages) const {
  std::vector<std::string> more = {"--simulate"};
  more.insert(more.end(), packages.begin(), packages.end());
  return add(trial_, std::move(more)).exit_code == 0;
}

void MirrorApk::unpack(std::string_view prefix) const {
  for (const auto& entry : fs::directory_iterator(repository_ / "x86_64"))
    if (entry.path().filename().string().starts_with(prefix))
      kiln::testing::run_tool({"tar", "-xzf", entry.path(), "-C", tools_});
}

kiln::testing::ToolRun MirrorApk::make_index() const {
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

std::vector<std::string> wishes_for_all(const fs::path& shared) {
  std::map<std::string, std::set<std::string>> versions;
  for (const auto& entry : fs::recursive_directory_iterator(shared)) {
    std::string stem = entry.path().stem();
    size_t end = stem.rfind('-', stem.rfind('-') - 1);
    if (entry.path().extension() == ".apk")
      versions[stem.substr(0, end)].insert(stem.substr(end + 1));
  }
  std::vector<std::string> wishes;
  for (const auto& [name, all] : versions) {
    if (all.size() == 1) wishes.push_back(name);
    if (all.size() > 1)
      for (const std::string& version : all) wishes.push_back(name + "=" + version);
  }
  return wishes;
}

std::vector<model::PackageId> installed_packages(std::string_view output) {
  std::vector<model::PackageId> packages;
  for (std::string_view line : split(output, '\n')) {
    std::vector<std::string_view> words = split_words(line);  // "(1/3) Installing musl (1.2.4-r2)"
    if (words.size() != 4 || words[1] != "Installing") continue;
    std::string_view version = words[3].substr(1, words[3].size() - 2);
    packages.push_back({std::string(words[2]), std::string(version), "x86_64"});
  }
  return packages;
}

}  // namespace kiln::rootfs::testing

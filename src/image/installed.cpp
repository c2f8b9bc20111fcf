// SPDX-License-Identifier: Apache-2.0
#include "image/installed.hpp"

#include "base/files.hpp"
#include "distributions/distributions.hpp"

#include <set>

namespace kiln::image {

namespace {

using Claims = std::map<std::string, std::string>;

// Where a path leads when its directories are links: lists written before /usr was merged name
// "/bin/sh".
std::string real_path(const FileTree& tree, std::string_view path) {
  Result<std::string> clean = clean_path(path);
  if (!clean) return {};
  size_t slash = clean->find('/');
  auto first = tree.files().find(std::string_view(*clean).substr(0, slash));
  bool linked = slash != std::string::npos && first != tree.files().end() &&
                first->second.type == model::FileType::symlink;
  if (!linked) return *clean;
  Result<std::string> target = clean_path(first->second.link);
  return target ? *target + clean->substr(slash) : *clean;
}

void claim(const FileTree& tree, std::string_view path, std::string_view package, Claims& claims) {
  std::string real = real_path(tree, path);
  auto file = tree.files().find(real);
  if (file != tree.files().end() && file->second.type != model::FileType::directory)
    claims.emplace(std::move(real), package);
}

}  // namespace

const std::string* KeptFiles::bytes(std::string_view path) const {
  return tree_.kept_bytes(real_path(tree_, path));
}

std::vector<std::string> KeptFiles::below(std::string_view directory) const {
  std::vector<std::string> paths;
  const FileTree::Files& files = tree_.files();
  for (auto file = files.lower_bound(directory);
       file != files.end() && file->first.starts_with(directory); ++file)
    if (tree_.kept_bytes(file->first) != nullptr) paths.push_back(file->first);
  return paths;
}

Result<std::vector<InstalledPackage>> installed_packages(const FileTree& tree) {
  std::set<InstalledPackage> found;
  KeptFiles files(tree);
  for (const packages::Distribution* distribution : all_distributions())
    for (packages::Description& one : TRY(distribution->installed(files)))
      found.insert({std::move(one.id.name), std::move(one.id.version),
                    std::move(one.id.architecture), std::move(one.source),
                    std::move(one.source_version), std::string(distribution->package_manager())});
  return std::vector<InstalledPackage>(found.begin(), found.end());
}

std::map<std::string, std::string> claimed_files(const FileTree& tree) {
  Claims claims;
  KeptFiles files(tree);
  for (const packages::Distribution* distribution : all_distributions())
    distribution->claims(files, [&](std::string_view path, std::string_view package) {
      claim(tree, path, package, claims);
    });
  return claims;
}

}  // namespace kiln::image

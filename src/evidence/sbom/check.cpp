// SPDX-License-Identifier: Apache-2.0
#include "evidence/sbom/check.hpp"

#include "evidence/sbom/utf8_text.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace kiln::sbom {

namespace {

using Kind = Difference::Kind;
using model::FileType;

Digest digest_of(const image::TreeFile& file) {
  bool has_content = file.type == FileType::file || file.type == FileType::hard_link;
  return has_content ? file.sha256 : sha256(file.link);
}

void check_files(const Claims& claims, const image::ImageView& view,
                 std::vector<Difference>& differences) {
  std::map<std::string, Digest> present;
  for (const auto& [path, file] : view.tree.files()) {
    if (file.type == FileType::directory) continue;
    auto [place, is_new] = present.try_emplace(path_text(path), digest_of(file));
    if (!is_new) differences.push_back({Kind::file_not_listed, "/" + place->first});
  }
  for (const auto& [path, digest] : present) {
    auto claimed = claims.files.find(path);
    if (claimed == claims.files.end())
      differences.push_back({Kind::file_not_listed, "/" + path});
    else if (claimed->second != digest)
      differences.push_back({Kind::other_content, "/" + path});
  }
  for (const auto& [path, digest] : claims.files)
    if (!present.contains(path)) differences.push_back({Kind::file_not_there, "/" + path});
}

void check_packages(const Claims& claims, const image::ImageView& view,
                    std::vector<Difference>& differences) {
  std::vector<ClaimedPackage> present;
  for (const image::InstalledPackage& package : view.packages)
    present.push_back(
        {text_of(package.name), text_of(package.version), text_of(package.architecture)});
  std::ranges::sort(present);
  auto add = [&](Kind kind, const std::vector<ClaimedPackage>& from,
                 const std::vector<ClaimedPackage>& without) {
    std::vector<ClaimedPackage> only;
    std::ranges::set_difference(from, without, std::back_inserter(only));
    for (const ClaimedPackage& package : only)
      differences.push_back(
          {kind, fmt::format("{} {} ({})", package.name, package.version, package.architecture)});
  };
  add(Kind::package_not_listed, present, claims.packages);
  add(Kind::package_not_there, claims.packages, present);
  for (const std::string& package : claims.contradictions)
    differences.push_back({Kind::contradiction, package});
  if (!claims.by_kiln) return;
  for (const std::string& package : claims.others)
    differences.push_back({Kind::package_not_there, package});
}

}  // namespace

std::string str(const Difference& difference) {
  const std::string& what = difference.what;
  switch (difference.kind) {
    case Kind::other_image:
      return fmt::format("the bill of materials is about {}", what);
    case Kind::file_not_listed:
    case Kind::package_not_listed:
      return fmt::format("the image has {}, the bill of materials does not", what);
    case Kind::file_not_there:
    case Kind::package_not_there:
      return fmt::format("the bill of materials has {}, the image does not", what);
    case Kind::other_content:
      return fmt::format("{} has another hash in the bill of materials", what);
    case Kind::contradiction:
      return fmt::format("the bill of materials calls a package {}, and its purl says otherwise",
                         what);
  }
  return what;
}

std::vector<Difference> check(const Claims& claims, const image::ImageView& view) {
  std::vector<Difference> differences;
  if (claims.image != view.image.descriptor.digest)
    differences.push_back({Kind::other_image, claims.image.str()});
  check_files(claims, view, differences);
  check_packages(claims, view, differences);
  return differences;
}

}  // namespace kiln::sbom

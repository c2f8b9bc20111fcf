// SPDX-License-Identifier: Apache-2.0
#include "image/installed.hpp"

#include "base/files.hpp"
#include "base/strings.hpp"
#include "packages/deb/control.hpp"

#include <set>

#include <fmt/format.h>

namespace kiln::image {

namespace {

using packages::deb::Paragraph;
using packages::deb::ParagraphReader;

constexpr std::string_view k_status_directory = "var/lib/dpkg/status.d/";
constexpr std::string_view k_info_directory = "var/lib/dpkg/info/";
constexpr std::string_view k_md5sums = ".md5sums";
constexpr std::string_view k_list = ".list";

using Packages = std::set<InstalledPackage>;
using Claims = std::map<std::string, std::string>;

// Calls `use(path, bytes)` for every kept file below a directory.
template <typename Use>
Result<> for_kept(const FileTree& tree, std::string_view directory, const Use& use) {
  for (auto file = tree.files().lower_bound(directory);
       file != tree.files().end() && file->first.starts_with(directory); ++file)
    if (const std::string* bytes = tree.kept_bytes(file->first))
      TRY_CONTEXT(use(std::string_view(file->first), *bytes), "reading " + file->first);
  return {};
}

// "source (version)" or "source".
void read_source(std::string_view field, InstalledPackage& package) {
  size_t open = field.find(" (");
  package.source = field.substr(0, open);
  if (open != std::string_view::npos && field.ends_with(')'))
    package.source_version = field.substr(open + 2, field.size() - open - 3);
}

Result<> read_dpkg(std::string_view text, Packages& packages) {
  ParagraphReader reader(text);
  Paragraph paragraph;
  while (TRY(reader.next(paragraph))) {
    std::string_view status = paragraph.get("Status");
    bool installed = status.empty() || status.ends_with(" installed");
    if (!installed || paragraph.get("Package").empty()) continue;
    InstalledPackage package;
    package.name = paragraph.get("Package");
    package.version = paragraph.get("Version");
    package.architecture = paragraph.get("Architecture");
    package.source = package.name;
    package.source_version = package.version;
    package.manager = "dpkg";
    if (paragraph.has("Source")) read_source(paragraph.get("Source"), package);
    packages.insert(std::move(package));
  }
  return {};
}

// apk's database: lines "letter:value", packages separated by empty lines; "F:" names a directory
// for the "R:" files after it.
class ApkReader {
 public:
  ApkReader(Packages* packages, Claims* claims) : packages_(packages), claims_(claims) {}

  void read(std::string_view text) {
    while (!text.empty()) read_line(take_until(text, '\n'));
    finish();
  }

 private:
  void read_line(std::string_view line) {
    if (line.empty()) return finish();
    if (line.size() < 2 || line[1] != ':') return;
    std::string_view value = line.substr(2);
    switch (line[0]) {
      case 'P':
        package_.name = value;
        break;
      case 'V':
        package_.version = value;
        break;
      case 'A':
        package_.architecture = value;
        break;
      case 'o':
        package_.source = value;
        break;
      case 'F':
        directory_ = value;
        break;
      case 'R':
        claim(value);
        break;
      default:
        break;
    }
  }

  void claim(std::string_view name) {
    if (claims_ == nullptr) return;
    std::string path =
        directory_.empty() ? std::string(name) : fmt::format("{}/{}", directory_, name);
    claims_->insert_or_assign(std::move(path), package_.name);
  }

  void finish() {
    if (packages_ != nullptr && !package_.name.empty()) {
      package_.manager = "apk";
      if (package_.source.empty()) package_.source = package_.name;
      package_.source_version = package_.version;
      packages_->insert(package_);
    }
    package_ = {};
    directory_.clear();
  }

  Packages* packages_;
  Claims* claims_;
  InstalledPackage package_;
  std::string directory_;
};

void read_apk(const FileTree& tree, Packages* packages, Claims* claims) {
  for (std::string_view path : {"lib/apk/db/installed", "usr/lib/apk/db/installed"})
    if (const std::string* bytes = tree.kept_bytes(path)) ApkReader(packages, claims).read(*bytes);
}

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

// The name before the suffix, without the architecture of "libc6:amd64".
std::string_view package_of(std::string_view path, std::string_view directory,
                            std::string_view suffix) {
  std::string_view name = path.substr(directory.size());
  name.remove_suffix(suffix.size());
  return name.substr(0, name.find(':'));
}

// Lines "<md5>  <path>".
void read_md5sums(const FileTree& tree, std::string_view text, std::string_view package,
                  Claims& claims) {
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    size_t gap = line.find("  ");
    if (gap != std::string_view::npos) claim(tree, line.substr(gap + 2), package, claims);
  }
}

}  // namespace

Result<std::vector<InstalledPackage>> installed_packages(const FileTree& tree) {
  Packages packages;
  if (const std::string* status = tree.kept_bytes("var/lib/dpkg/status"))
    TRY_CONTEXT(read_dpkg(*status, packages), "reading var/lib/dpkg/status");
  TRY(for_kept(tree, k_status_directory, [&](std::string_view path, const std::string& bytes) {
    return path.ends_with(k_md5sums) ? Result<>() : read_dpkg(bytes, packages);
  }));
  read_apk(tree, &packages, nullptr);
  return std::vector<InstalledPackage>(packages.begin(), packages.end());
}

Result<std::map<std::string, std::string>> claimed_files(const FileTree& tree) {
  Claims claims;
  TRY(for_kept(tree, k_info_directory, [&](std::string_view path, const std::string& bytes) {
    std::string_view text = bytes;
    if (path.ends_with(k_list)) {
      std::string_view package = package_of(path, k_info_directory, k_list);
      while (!text.empty()) claim(tree, take_until(text, '\n'), package, claims);
    } else if (path.ends_with(k_md5sums)) {
      read_md5sums(tree, text, package_of(path, k_info_directory, k_md5sums), claims);
    }
    return Result<>();
  }));
  TRY(for_kept(tree, k_status_directory, [&](std::string_view path, const std::string& bytes) {
    if (path.ends_with(k_md5sums))
      read_md5sums(tree, bytes, package_of(path, k_status_directory, k_md5sums), claims);
    return Result<>();
  }));
  read_apk(tree, nullptr, &claims);
  return claims;
}

}  // namespace kiln::image

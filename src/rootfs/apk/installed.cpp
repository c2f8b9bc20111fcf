// SPDX-License-Identifier: Apache-2.0
#include "rootfs/apk/installed.hpp"

#include "base/files.hpp"
#include "base/strings.hpp"
#include "packages/payload.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::rootfs::apk {

namespace {

using model::FileType;
using packages::PackageFile;
using packages::UnpackedPackage;

// A value is one line; what would begin another is left out.
std::string one_line(std::string_view value) {
  return std::string(value.substr(0, value.find('\n')));
}

void add(std::string& text, char letter, std::string_view value) {
  if (!value.empty()) text += fmt::format("{}:{}\n", letter, one_line(value));
}

std::string attributes(char letter, const PackageFile& file, uint32_t usual_mode) {
  uint32_t mode = file.mode & 07777;
  if (file.uid == 0 && file.gid == 0 && mode == usual_mode && file.xattrs.empty()) return {};
  std::string text = fmt::format("{}:{}:{}:{:o}", letter, file.uid, file.gid, mode);
  if (!file.xattrs.empty()) text += ":" + xattrs_checksum(file.xattrs);
  return text + "\n";
}

// What lies at a member's place.
const Node* at(const Tree& tree, std::string_view path, Last last) {
  auto resolved = tree.resolve(path, last);
  return resolved ? tree.find(*resolved) : nullptr;
}

bool is_there(const UnpackedPackage& package, const PackageFile& file, const Tree& tree) {
  const Node* node = at(tree, file.path, Last::keep);
  if (!node || node->type == FileType::directory || node->owners.empty()) return false;
  const model::Owner& owner = node->owners.front();
  return owner.kind == model::Owner::Kind::package && owner.name == package.id.name;
}

// A hard link has the checksum of the file it leads to.
std::string_view checksum_of(const UnpackedPackage& package, const PackageFile& file) {
  if (file.type != FileType::hard_link) return file.checksum;
  auto first = std::ranges::find(package.files, file.link, &PackageFile::path);
  return first == package.files.end() ? std::string_view{} : std::string_view(first->checksum);
}

std::string fields(const UnpackedPackage& package, uint64_t file_size,
                   const std::vector<std::string>& depends) {
  PackageInfo info = info_of(package);
  std::string text = fmt::format(
      "C:{}\nP:{}\nV:{}\nA:{}\nS:{}\nI:{}\nT:{}\nU:{}\nL:{}\n", package.checksum, package.id.name,
      package.id.version, package.id.architecture, file_size, info.size, one_line(info.description),
      one_line(info.url), one_line(info.licence));
  add(text, 'o', info.origin);
  add(text, 'm', info.maintainer);
  if (info.build_date != 0) add(text, 't', std::to_string(info.build_date));
  add(text, 'c', info.commit);
  if (info.provider_priority != "0") add(text, 'k', info.provider_priority);
  add(text, 'D', join(depends, " "));
  add(text, 'p', join(info.provides, " "));
  add(text, 'i', join(info.install_if, " "));
  add(text, 'r', join(info.replaces, " "));
  if (info.replaces_priority != "0") add(text, 'q', info.replaces_priority);
  return text;
}

std::string file_lines(const UnpackedPackage& package, const PackageFile& file) {
  std::string text = fmt::format("R:{}\n", name_of(file.path));
  text += attributes('a', file, 0644);
  add(text, 'Z', checksum_of(package, file));
  return text;
}

}  // namespace

std::string xattrs_checksum(const std::map<std::string, std::string>& xattrs) {
  std::string bytes;
  auto put = [&](std::string_view part) {
    for (int shift = 24; shift >= 0; shift -= 8)
      bytes += static_cast<char>(part.size() >> shift & 0xff);
    bytes += part;
  };
  for (const auto& [name, value] : xattrs) {
    put(name);
    put(value);
  }
  return packages::apk_checksum(bytes);
}

Result<std::string> installed_entry(const UnpackedPackage& package, uint64_t file_size,
                                    const std::vector<std::string>& depends, const Tree& tree) {
  std::string text = fields(package, file_size, depends);
  for (const DirectoryMembers& group : by_directory(package)) {
    const Node* node = group.path.empty() ? nullptr : at(tree, group.path, Last::follow);
    bool here = group.path.empty() || (node && node->type == FileType::directory);
    std::string files;
    for (const PackageFile* file : group.files) {
      if (file->path.find('\n') != std::string::npos)
        return fail(ErrorCode::unsupported,
                    "apk's database has no way to write the name " + printable(file->path));
      if (here && is_there(package, *file, tree)) files += file_lines(package, *file);
    }
    if (!here || (!group.directory && files.empty())) continue;
    if (group.path.find('\n') != std::string::npos)
      return fail(ErrorCode::unsupported,
                  "apk's database has no way to write the name " + printable(group.path));
    text += fmt::format("F:{}\n", group.path);
    if (group.directory && !group.path.empty()) text += attributes('M', *group.directory, 0755);
    text += files;
  }
  return text + "\n";
}

}  // namespace kiln::rootfs::apk

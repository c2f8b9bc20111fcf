// SPDX-License-Identifier: Apache-2.0
#include "packages/deb/installed.hpp"

#include "base/strings.hpp"
#include "packages/deb/relation.hpp"

#include <set>
#include <span>

namespace kiln::packages::deb {

namespace {

constexpr std::string_view k_status = "var/lib/dpkg/status";
constexpr std::string_view k_status_directory = "var/lib/dpkg/status.d/";
constexpr std::string_view k_info_directory = "var/lib/dpkg/info/";
constexpr std::string_view k_md5sums = ".md5sums";
constexpr std::string_view k_list = ".list";

// "source (version)" or "source"; what is not said is the package's own.
void read_source(std::string_view field, Description& package) {
  package.source = package.id.name;
  package.source_version = package.id.version;
  if (field.empty()) return;
  size_t open = field.find(" (");
  package.source = field.substr(0, open);
  if (open != std::string_view::npos && field.ends_with(')'))
    package.source_version = field.substr(open + 2, field.size() - open - 3);
}

void read_relations(const Paragraph& control, Description& package) {
  for (auto [name, kind] : {std::pair{"Pre-Depends", DependencyKind::pre_depends},
                            std::pair{"Depends", DependencyKind::depends}}) {
    auto groups = parse_dependencies(control.get(name), kind, package.id.architecture);
    if (!groups) continue;
    for (Dependency& group : *groups) package.depends.push_back(std::move(group));
  }
  if (auto provides = parse_provides(control.get("Provides")))
    package.provides = std::move(*provides);
}

// Of dpkg's states (dpkg(1), "Package states") all but these two say that the package's files are
// there, or some of them; status.d has none.
bool has_files(std::string_view status) {
  return !status.ends_with(" not-installed") && !status.ends_with(" config-files");
}

Result<> read_stanzas(std::string_view text, std::vector<Description>& packages) {
  ParagraphReader reader(text);
  Paragraph paragraph;
  while (TRY(reader.next(paragraph))) {
    if (has_files(paragraph.get("Status")) && !paragraph.get("Package").empty())
      packages.push_back(describe(paragraph));
  }
  return {};
}

// What stands between the directory and the suffix: "libc6:amd64" of a package that can be there
// for several architectures.
std::string_view qualified_name(std::string_view path, std::string_view directory,
                                std::string_view suffix) {
  std::string_view name = path.substr(directory.size());
  name.remove_suffix(suffix.size());
  return name;
}

std::string_view without_architecture(std::string_view name) {
  return name.substr(0, name.find(':'));
}

// The packages that are there for more than one architecture.
std::set<std::string_view> names_of_several(std::span<const std::string> info_files) {
  std::set<std::string_view> seen;
  std::set<std::string_view> several;
  for (const std::string& path : info_files) {
    if (!path.ends_with(k_list)) continue;
    std::string_view name = without_architecture(qualified_name(path, k_info_directory, k_list));
    if (!seen.insert(name).second) several.insert(name);
  }
  return several;
}

void claim_list(std::string_view text, std::string_view package, const Claim& claim) {
  while (!text.empty()) claim(take_until(text, '\n'), package);
}

// Lines "<md5>  <path>".
void claim_md5sums(std::string_view text, std::string_view package, const Claim& claim) {
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    size_t gap = line.find("  ");
    if (gap != std::string_view::npos) claim(line.substr(gap + 2), package);
  }
}

}  // namespace

Description describe(const Paragraph& control) {
  Description package;
  package.id = {std::string(control.get("Package")), std::string(control.get("Version")),
                std::string(control.get("Architecture"))};
  std::string_view description = control.get("Description");
  package.summary = description.substr(0, description.find('\n'));
  package.section = control.get("Section");
  package.homepage = control.get("Homepage");
  package.maintainer = control.get("Maintainer");
  read_source(control.get("Source"), package);
  read_relations(control, package);
  return package;
}

Result<std::vector<Description>> installed(const ImageFiles& files) {
  std::vector<Description> packages;
  if (const std::string* status = files.bytes(k_status))
    TRY_CONTEXT(read_stanzas(*status, packages), "reading " + std::string(k_status));
  for (const std::string& path : files.below(k_status_directory)) {
    const std::string* text = path.ends_with(k_md5sums) ? nullptr : files.bytes(path);
    if (text != nullptr) TRY_CONTEXT(read_stanzas(*text, packages), "reading " + printable(path));
  }
  return packages;
}

void claims(const ImageFiles& files, const Claim& claim) {
  for (std::string_view directory : {k_info_directory, k_status_directory}) {
    std::vector<std::string> paths = files.below(directory);
    std::set<std::string_view> several;
    if (directory == k_info_directory) several = names_of_several(paths);
    auto package_of = [&](std::string_view path, std::string_view suffix) {
      std::string_view name = qualified_name(path, directory, suffix);
      return several.contains(without_architecture(name)) ? name : without_architecture(name);
    };
    for (const std::string& path : paths) {
      const std::string* text = files.bytes(path);
      if (text == nullptr) continue;
      if (path.ends_with(k_list)) claim_list(*text, package_of(path, k_list), claim);
      if (path.ends_with(k_md5sums)) claim_md5sums(*text, package_of(path, k_md5sums), claim);
    }
  }
}

}  // namespace kiln::packages::deb

// SPDX-License-Identifier: Apache-2.0
#include "packages/deb/installed.hpp"

#include "base/strings.hpp"
#include "packages/deb/relation.hpp"

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

Result<> read_stanzas(std::string_view text, std::vector<Description>& packages) {
  ParagraphReader reader(text);
  Paragraph paragraph;
  while (TRY(reader.next(paragraph))) {
    std::string_view status = paragraph.get("Status");
    bool installed = status.empty() || status.ends_with(" installed");
    if (installed && !paragraph.get("Package").empty()) packages.push_back(describe(paragraph));
  }
  return {};
}

// The name before the suffix, without the architecture of "libc6:amd64".
std::string_view package_of(std::string_view path, std::string_view directory,
                            std::string_view suffix) {
  std::string_view name = path.substr(directory.size());
  name.remove_suffix(suffix.size());
  return name.substr(0, name.find(':'));
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
    for (const std::string& path : files.below(directory)) {
      const std::string* text = files.bytes(path);
      if (text == nullptr) continue;
      if (path.ends_with(k_list)) claim_list(*text, package_of(path, directory, k_list), claim);
      if (path.ends_with(k_md5sums))
        claim_md5sums(*text, package_of(path, directory, k_md5sums), claim);
    }
  }
}

}  // namespace kiln::packages::deb

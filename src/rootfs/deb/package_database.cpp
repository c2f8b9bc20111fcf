// SPDX-License-Identifier: Apache-2.0
#include "rootfs/deb/package_database.hpp"

#include "base/strings.hpp"
#include "packages/deb/control.hpp"
#include "packages/deb/relation.hpp"
#include "rootfs/deb/control.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace kiln::rootfs::deb {

namespace {

using packages::Dependency;
using packages::UnpackedPackage;

constexpr std::string_view k_database = "var/lib/dpkg/";
constexpr std::string_view k_programs[] = {"preinst", "postinst", "prerm", "postrm", "config"};

std::string in_database(std::string_view path) {
  return std::string(k_database) + std::string(path);
}

// The name of a package's files in info/: with the architecture when several may be installed.
std::string info_name(const UnpackedPackage& package) {
  bool same = control_field(package, "Multi-Arch") == "same";
  return same ? package.id.name + ":" + package.id.architecture : package.id.name;
}

// Names that are there: packages and what they provide.
std::set<std::string, std::less<>> present_names(const PackageList& installed) {
  std::set<std::string, std::less<>> names;
  for (const auto& package : installed) {
    names.insert(package->id.name);
    auto provided = packages::deb::parse_provides(control_field(*package, "Provides"));
    if (!provided) continue;
    for (const auto& one : *provided) names.insert(one.name);
  }
  return names;
}

// A dependency field without the groups that no name that is there satisfies.
std::string satisfiable(std::string_view field, const UnpackedPackage& package,
                        const PackageList& installed) {
  auto groups = packages::deb::parse_dependencies(field, packages::DependencyKind::depends,
                                                  package.id.architecture);
  if (!groups) return std::string(field);
  std::set<std::string, std::less<>> names = present_names(installed);
  std::vector<std::string> kept;
  for (const Dependency& group : *groups) {
    bool present = std::ranges::any_of(group.alternatives,
                                       [&](const auto& one) { return names.contains(one.name); });
    if (present) kept.push_back(group.str());
  }
  return kept.size() == groups->size() ? std::string(field) : join(kept, ", ");
}

Result<std::string> md5_of(const UnpackedPackage& package, const packages::PackageFile& file,
                           Contents& contents) {
  Content content;
  content.payload = package.payload;
  content.offset = file.offset;
  content.size = file.size;
  std::string_view bytes = TRY(contents.bytes(content));
  return md5_hex(bytes);
}

// "\n /etc/x <md5>" for each configuration file that the package ships.
Result<std::string> conffile_sums(const UnpackedPackage& package, Contents& contents) {
  std::string text;
  std::set<std::string, std::less<>> paths = conffiles(package);
  for (const packages::PackageFile& file : package.files) {
    if (file.type != model::FileType::file || !paths.contains(file.path)) continue;
    text += "\n /" + file.path + " " + TRY(md5_of(package, file, contents));
  }
  return text;
}

// Every member by the name that the package gives it, as dpkg's own lists have them.
std::string file_list(const UnpackedPackage& package) {
  std::string text = "/.\n";
  for (const packages::PackageFile& file : package.files) {
    if (!file.path.empty()) text += "/" + file.path + "\n";
  }
  return text;
}

Result<> add_status_directory(Scene& scene, Maker& maker) {
  for (const auto& package : scene.packages) {
    std::string stanza(trim(control_member(*package, "control")));
    size_t first = std::min(stanza.find('\n'), stanza.size());
    stanza.insert(first, "\nStatus: install ok installed");
    std::string path = in_database("status.d/") + package->id.name;
    TRY(maker.file(path, stanza + "\n", {0644}));
    std::string_view sums = control_member(*package, "md5sums");
    if (!sums.empty()) TRY(maker.file(path + ".md5sums", std::string(sums), {0644}));
  }
  return {};
}

// What dpkg makes itself for a package that has no md5sums: all but configuration files.
Result<std::string> md5_sums(const UnpackedPackage& package, Contents& contents) {
  std::string text;
  std::set<std::string, std::less<>> left_out = conffiles(package);
  for (const packages::PackageFile& file : package.files) {
    if (file.type != model::FileType::file || left_out.contains(file.path)) continue;
    text += TRY(md5_of(package, file, contents)) + "  " + file.path + "\n";
  }
  return text;
}

Result<> add_info(const UnpackedPackage& package, Contents& contents, Maker& maker) {
  std::string prefix = in_database("info/") + info_name(package) + ".";
  TRY(maker.file(prefix + "list", file_list(package), {0644}));
  if (!package.control.contains("md5sums")) {
    std::string sums = TRY(md5_sums(package, contents));
    TRY(maker.file(prefix + "md5sums", std::move(sums), {0644}));
  }
  for (const auto& [name, text] : package.control) {
    if (name == "control" || name.find('/') != std::string::npos) continue;
    bool program = std::ranges::find(k_programs, name) != std::end(k_programs);
    TRY(maker.file(prefix + name, text, {program ? 0755U : 0644U}));
  }
  return {};
}

// deb-triggers(5): who waits for which file or name.
Result<> add_triggers(const Scene& scene, Maker& maker) {
  std::string files;
  std::map<std::string, std::string> named;
  for (const auto& package : scene.packages) {
    for (std::string_view line : split(control_member(*package, "triggers"), '\n')) {
      std::vector<std::string_view> words = split_words(line.substr(0, line.find('#')));
      if (words.size() != 2 || !words[0].starts_with("interest")) continue;
      std::string who = info_name(*package) + (words[0].ends_with("noawait") ? "/noawait" : "");
      if (words[1].starts_with('/')) {
        files += std::string(words[1]) + " " + who + "\n";
      } else if (words[1].find('/') == std::string_view::npos) {
        named[std::string(words[1])] += who + "\n";
      }
    }
  }
  TRY(maker.file(in_database("triggers/File"), std::move(files), {0644}));
  TRY(maker.file(in_database("triggers/Unincorp"), {}, {0644}));
  for (auto& [name, text] : named) {
    TRY(maker.file(in_database("triggers/") + name, std::move(text), {0644}));
  }
  return {};
}

Result<> add_full_database(Scene& scene, Maker& maker, const std::vector<Diversion>& diversions) {
  std::string status;
  for (const auto& package : scene.packages) {
    status += TRY(installed_stanza(*package, scene.packages, scene.tree.contents())) + "\n";
    TRY(add_info(*package, scene.tree.contents(), maker));
  }
  TRY(maker.file(in_database("status"), std::move(status), {0644}));
  TRY(maker.file(in_database("info/format"), "1\n", {0644}));
  TRY(maker.directory(in_database("updates"), {0755}));
  TRY(add_triggers(scene, maker));
  std::string diverted;
  for (const Diversion& one : diversions) {
    diverted += "/" + one.from + "\n/" + one.to + "\n" + one.package + "\n";
  }
  if (!diverted.empty()) TRY(maker.file(in_database("diversions"), std::move(diverted), {0644}));
  const UnpackedPackage* dpkg = scene.package("dpkg");
  if (dpkg && control_member(*dpkg, "postinst").find("arch-native") != std::string_view::npos) {
    TRY(maker.file(in_database("arch-native"), scene.architecture + "\n", {0644}));
  }
  return {};
}

}  // namespace

Result<std::string> installed_stanza(const UnpackedPackage& package, const PackageList& installed,
                                     Contents& contents) {
  auto paragraph = TRY(packages::deb::parse_paragraph(control_member(package, "control")));
  std::string conffile_lines = TRY(conffile_sums(package, contents));
  std::string text;
  auto add = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) text += std::string(name) + ": " + std::string(value) + "\n";
  };
  for (const packages::deb::Field& field : paragraph.fields()) {
    if (field.name == "Description" && !conffile_lines.empty()) {
      text += "Conffiles:" + std::exchange(conffile_lines, {}) + "\n";
    }
    bool depends = field.name == "Depends" || field.name == "Pre-Depends";
    add(field.name,
        depends ? satisfiable(field.value, package, installed) : std::string(field.value));
    if (field.name == "Package") add("Status", "install ok installed");
  }
  if (!conffile_lines.empty()) text += "Conffiles:" + conffile_lines + "\n";
  return text;
}

Result<> make_package_database(Scene& scene, const std::vector<Diversion>& diversions) {
  Maker maker(scene, {model::Owner::Kind::effect, "package-database"});
  if (scene.is_dev()) return add_full_database(scene, maker, diversions);
  return add_status_directory(scene, maker);
}

}  // namespace kiln::rootfs::deb

// SPDX-License-Identifier: Apache-2.0
//
// busybox and its sister programs: what `--install` makes of their applets, a link for each name
// that nothing has yet. The names come from the packages: /etc/busybox-paths.d/<program> lists
// those of busybox and busybox-extras, one path a line; bbsuid, which runs the few that need root,
// carries its own in the program.
#include "base/bytes.hpp"
#include "base/files.hpp"
#include "base/strings.hpp"
#include "rootfs/apk/effects/effects.hpp"

#include <algorithm>

namespace kiln::rootfs::apk {

namespace {

constexpr std::string_view k_lists = "etc/busybox-paths.d/";
constexpr std::string_view k_directories[] = {"bin/", "sbin/", "usr/bin/", "usr/sbin/"};

// Whether a clean path could be an applet's: a name directly in a directory for programs.
bool is_program_path(std::string_view path) {
  return std::ranges::any_of(k_directories, [&](std::string_view directory) {
    return path.starts_with(directory) && path.size() > directory.size() &&
           path.find('/', directory.size()) == std::string_view::npos;
  });
}

// Links to the program at `program` under every name that is free.
Result<> make_links(Scene& scene, Maker& maker, std::string_view program,
                    const std::vector<std::string>& names) {
  std::string place = TRY(scene.tree.resolve(program, Last::follow));
  for (const std::string& name : names) {
    std::string link = TRY(scene.tree.resolve(name, Last::keep));
    if (!scene.tree.find(link)) TRY(maker.link(name, "/" + place));
  }
  return {};
}

std::vector<std::string> listed_names(std::string_view text) {
  std::vector<std::string> names;
  for (std::string_view line : split(text, '\n')) {
    auto path = clean_path(trim(line));
    if (path && is_program_path(*path)) names.push_back(std::move(*path));
  }
  return names;
}

// Texts of the program that are the absolute path of a program: its table of applets.
std::vector<std::string> names_in_program(std::string_view program, std::string_view own_path) {
  std::vector<std::string> names;
  for (std::string_view text : split(program, '\0')) {
    if (!text.starts_with('/') || text.size() > 64) continue;
    std::string_view path = text.substr(1);
    if (is_program_path(path) && path != own_path && path != "bin/busybox")
      names.emplace_back(path);
  }
  return names;
}

}  // namespace

Result<> make_applet_links(Scene& scene, Maker& maker) {
  if (auto program = scene.tree.read("bin/bbsuid"))
    TRY(make_links(scene, maker, "bin/bbsuid", names_in_program(*program, "bin/bbsuid")));
  for (std::string_view name : {"busybox-extras", "busybox"}) {
    std::string program = "bin/" + std::string(name);
    auto list = scene.tree.read(std::string(k_lists) + std::string(name));
    if (!list || !scene.tree.follow(program)) continue;
    TRY(make_links(scene, maker, program, listed_names(*list)));
  }
  return {};
}

}  // namespace kiln::rootfs::apk

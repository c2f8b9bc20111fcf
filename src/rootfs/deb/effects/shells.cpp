// SPDX-License-Identifier: Apache-2.0
//
// debianutils: /etc/shells from the package's template and the files of
// /usr/share/debianutils/shells.d, each shell also under its real name, and the state file that
// update-shells(8) compares with later.
#include "base/strings.hpp"
#include "rootfs/deb/effects/effects.hpp"

#include <algorithm>

namespace kiln::rootfs::deb {

namespace {

constexpr std::string_view k_template = "usr/share/debianutils/shells";
constexpr std::string_view k_directory = "usr/share/debianutils/shells.d";

void add_once(std::vector<std::string>& list, std::string text) {
  if (std::ranges::find(list, text) == list.end()) list.push_back(std::move(text));
}

// The shells of one file, each followed by its name with the directory's links resolved.
void add_shells(const Scene& scene, std::string_view text, std::vector<std::string>& shells) {
  for (std::string_view line : split(text, '\n')) {
    line = line.substr(0, line.find('#'));
    if (!line.starts_with('/')) continue;
    add_once(shells, std::string(line));
    auto directory = scene.tree.resolve(parent_of(line.substr(1)), Last::follow);
    if (directory) add_once(shells, "/" + *directory + "/" + std::string(name_of(line)));
  }
}

}  // namespace

Result<> make_shells(Scene& scene, Maker& maker) {
  Result<std::string_view> text = scene.tree.read(k_template);
  if (!text || maker.exists("etc/shells")) return {};
  std::vector<std::string> shells;
  add_shells(scene, *text, shells);
  for (auto [name, node] : scene.tree.list(k_directory)) {
    auto more = scene.tree.read(std::string(k_directory) + "/" + std::string(name));
    if (more) add_shells(scene, *more, shells);
  }
  std::string state;
  std::string file(*text);
  if (!file.empty() && !file.ends_with('\n')) file += '\n';
  std::vector<std::string> listed;
  for (std::string_view line : split(*text, '\n'))
    listed.emplace_back(line.substr(0, line.find('#')));
  for (const std::string& shell : shells) {
    state += shell + "\n";
    if (std::ranges::find(listed, shell) == listed.end()) file += shell + "\n";
  }
  TRY(maker.file("etc/shells", std::move(file), {0644}));
  return maker.file("var/lib/shells.state", std::move(state), {0644});
}

}  // namespace kiln::rootfs::deb

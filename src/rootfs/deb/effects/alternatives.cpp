// SPDX-License-Identifier: Apache-2.0
//
// update-alternatives(1): of the programs that packages offer under a common name, the one with the
// highest priority gets it, through a link in /etc/alternatives. Images that can install packages
// keep the record of the choices:
//
//   record = "auto" LF link LF *(slave LF slave-link LF) LF *choice LF
//   choice = path LF priority LF *(slave-path-or-empty LF)      ; slaves in the order above
#include "base/files.hpp"
#include "rootfs/deb/effects/effects.hpp"
#include "rootfs/deb/scripts/account.hpp"

#include <algorithm>
#include <map>

namespace kiln::rootfs::deb {

namespace {

struct Group {
  std::string link;
  std::map<std::string, std::string> slaves;         // name -> link
  std::map<std::string, AlternativeChoice> choices;  // by path
};

Result<std::string> inside(std::string_view absolute) {
  if (!absolute.starts_with('/')) {
    return fail(ErrorCode::corrupt,
                "the alternative " + std::string(absolute) + " is no absolute path");
  }
  return clean_path(absolute);
}

bool is_name(std::string_view name) {
  return !name.empty() && name.find('/') == std::string_view::npos && name != "." && name != "..";
}

Result<std::map<std::string, Group>> collect(const Scene& scene) {
  std::map<std::string, Group> groups;
  for (const auto& package : scene.packages) {
    for (AlternativeChoice& choice : alternatives_of(*package, scene.effects_policy)) {
      if (!is_name(choice.name) || !scene.tree.follow(TRY(inside(choice.path)))) continue;
      Group& group = groups[choice.name];
      group.link = choice.link;
      for (const AlternativeChoice::Slave& slave : choice.slaves) {
        if (is_name(slave.name)) group.slaves[slave.name] = slave.link;
      }
      std::string path = choice.path;
      group.choices.insert_or_assign(std::move(path), std::move(choice));
    }
  }
  return groups;
}

const AlternativeChoice& best(const Group& group) {
  const AlternativeChoice* chosen = &group.choices.begin()->second;
  for (const auto& [path, choice] : group.choices) {
    if (choice.priority > chosen->priority) chosen = &choice;
  }
  return *chosen;
}

// The two links of one name, unless a real file has the name.
Result<> make_links(Scene& scene, Maker& maker, std::string_view link, const std::string& name,
                    const std::string& path) {
  std::string place = TRY(inside(link));
  std::string resolved = TRY(scene.tree.resolve(place, Last::keep));
  const Node* old = scene.tree.find(resolved);
  if (old && old->type != model::FileType::symlink) return {};
  TRY(maker.link("etc/alternatives/" + name, path));
  return maker.link(place, "/etc/alternatives/" + name);
}

std::string record(const Group& group) {
  std::string text = "auto\n" + group.link + "\n";
  for (const auto& [name, link] : group.slaves) text += name + "\n" + link + "\n";
  text += "\n";
  for (const auto& [path, choice] : group.choices) {
    text += path + "\n" + std::to_string(choice.priority) + "\n";
    for (const auto& [name, link] : group.slaves) {
      auto slave = std::ranges::find(choice.slaves, name, &AlternativeChoice::Slave::name);
      text += (slave == choice.slaves.end() ? std::string() : slave->path) + "\n";
    }
  }
  return text + "\n";
}

}  // namespace

Result<> make_alternatives(Scene& scene, Maker& maker) {
  for (const auto& [name, group] : TRY(collect(scene))) {
    const AlternativeChoice& chosen = best(group);
    TRY(make_links(scene, maker, group.link, name, chosen.path));
    for (const AlternativeChoice::Slave& slave : chosen.slaves) {
      if (!is_name(slave.name) || !scene.tree.follow(TRY(inside(slave.path)))) continue;
      TRY(make_links(scene, maker, group.slaves.at(slave.name), slave.name, slave.path));
    }
    if (scene.is_dev() && scene.package("dpkg")) {
      TRY(maker.file("var/lib/dpkg/alternatives/" + name, record(group), {0644}));
    }
  }
  return {};
}

}  // namespace kiln::rootfs::deb

// SPDX-License-Identifier: Apache-2.0
#include "rootfs/effects/certificate_links.hpp"

#include <fmt/format.h>

namespace kiln::rootfs {

namespace {

// Subject hash -> the links of the certificates that have it, in the order of their names.
Result<std::multimap<uint32_t, std::string>> links_by_hash(
    const std::map<std::string, std::vector<Certificate>>& certificates) {
  std::multimap<uint32_t, std::string> links;
  std::map<std::string, std::string> seen;  // certificate -> its first link
  for (const auto& [name, list] : certificates) {
    if (list.size() != 1) continue;  // rehash skips files that do not hold exactly one
    if (!seen.emplace(list.front().der, name).second) continue;
    links.emplace(list.front().subject_hash, name);
  }
  return links;
}

}  // namespace

std::vector<std::string> certificates_below(const Tree& tree, std::string_view directory) {
  std::vector<std::string> names;
  const auto& nodes = tree.rootfs().nodes;
  for (auto it = nodes.lower_bound(directory);
       it != nodes.end() && it->first.starts_with(directory); ++it) {
    if (!it->first.ends_with(".crt")) continue;
    const Node* node = tree.follow(it->first);
    if (node && node->type != model::FileType::directory) {
      names.push_back(it->first.substr(directory.size()));
    }
  }
  return names;
}

std::string certificate_name(std::string_view path) {
  std::string name(name_of(path));
  name.resize(name.size() - std::string_view(".crt").size());
  for (char& c : name) {
    if (c == ' ' || c == ',') c = '_';
    if (c == '(' || c == ')') c = '=';
  }
  return name;
}

Result<> make_hash_links(Maker& maker, std::string_view directory,
                         const std::map<std::string, std::vector<Certificate>>& files) {
  uint32_t previous = 0;
  int number = 0;
  for (const auto& [hash, name] : TRY(links_by_hash(files))) {
    number = hash == previous ? number + 1 : 0;
    previous = hash;
    TRY(maker.link(fmt::format("{}{:08x}.{}", directory, hash, number), name));
  }
  return {};
}

}  // namespace kiln::rootfs

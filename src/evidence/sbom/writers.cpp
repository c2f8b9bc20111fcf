// SPDX-License-Identifier: Apache-2.0
#include "evidence/sbom/writers.hpp"

#include "base/strings.hpp"
#include "evidence/sbom/licences/expression.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::sbom {

namespace {

void add_remark(std::string& out, std::string_view remark) {
  if (!out.empty()) out += "; ";
  out += remark;
}

std::string_view special_type(model::FileType type) {
  switch (type) {
    case model::FileType::character_device:
      return "character device";
    case model::FileType::block_device:
      return "block device";
    case model::FileType::fifo:
      return "named pipe";
    default:
      return {};
  }
}

// "paths[3]" of "definition paths[3]".
std::string_view part_of_definition(std::string_view made_by) {
  constexpr std::string_view k_definition = "definition ";
  return made_by.starts_with(k_definition) ? made_by.substr(k_definition.size())
                                           : std::string_view{};
}

}  // namespace

std::string spdx_party(const Party& party) {
  if (party.name.empty()) return "NOASSERTION";
  std::string out = party.organization ? "Organization: " : "Person: ";
  out += party.name;
  if (!party.email.empty()) out += " (" + party.email + ")";
  return out;
}

std::string file_remark(const File& file, const Document& document) {
  std::string out;
  if (!file.made_by.empty()) {
    auto place = document.places.find(std::string(part_of_definition(file.made_by)));
    add_remark(out, place == document.places.end()
                        ? file.made_by
                        : fmt::format("{} at {}", file.made_by, place->second));
  }
  for (const std::string& modifier : file.modifiers) add_remark(out, "modified by " + modifier);
  if (file.type == model::FileType::symlink) add_remark(out, "symbolic link to " + file.target);
  if (file.type == model::FileType::hard_link) add_remark(out, "hard link to " + file.target);
  if (std::string_view type = special_type(file.type); !type.empty()) add_remark(out, type);
  return out;
}

std::string package_remark(const Package& package) {
  std::vector<std::string> parts;
  if (!package.requested_at.empty()) parts.push_back("asked for at " + package.requested_at);
  if (!package.commit.empty()) parts.push_back("packaging of commit " + package.commit);
  return join(parts, "; ");
}

std::string licences_together(const Document& document) {
  std::vector<Expression> parts;
  for (const Package& package : document.packages) {
    if (package.licences.declared.empty()) return {};
    parts.push_back(parse_synopsis(package.licences.declared));
  }
  return str(all_of(std::move(parts)));
}

const Licences& licences_of_source(const Document& document, size_t source) {
  static const Licences unknown;
  for (const Package& package : document.packages)
    if (package.source == source && !package.licences.declared.empty()) return package.licences;
  return unknown;
}

std::set<std::string> licence_references(std::string_view expression) {
  std::set<std::string> found;
  constexpr std::string_view k_prefix = "LicenseRef-";
  for (size_t at = expression.find(k_prefix); at != std::string_view::npos;
       at = expression.find(k_prefix, at + 1)) {
    std::string_view rest = expression.substr(at);
    found.emplace(rest.substr(0, rest.find_first_of(" )")));
  }
  return found;
}

std::vector<size_t> needed_by_image(const Document& document) {
  const std::vector<Package>& packages = document.packages;
  std::vector<bool> depended_on(packages.size());
  for (const Package& package : packages)
    for (size_t on : package.depends) depended_on[on] = true;
  std::vector<bool> reached(packages.size());
  std::vector<size_t> needed;
  auto reach = [&](size_t from) {
    std::vector<size_t> open = {from};
    while (!open.empty()) {
      size_t next = open.back();
      open.pop_back();
      if (reached[next]) continue;
      reached[next] = true;
      open.insert(open.end(), packages[next].depends.begin(), packages[next].depends.end());
    }
  };
  auto need = [&](size_t index) {
    if (std::ranges::find(needed, index) == needed.end()) needed.push_back(index);
    reach(index);
  };
  for (size_t i : document.requested) need(i);
  for (size_t i = 0; i < packages.size(); ++i)
    if (!reached[i] && !depended_on[i]) need(i);
  for (size_t i = 0; i < packages.size(); ++i)
    if (!reached[i]) need(i);
  std::ranges::sort(needed);
  return needed;
}

}  // namespace kiln::sbom

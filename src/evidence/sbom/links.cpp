// SPDX-License-Identifier: Apache-2.0
#include "evidence/sbom/links.hpp"

#include "base/strings.hpp"

namespace kiln::sbom {

std::optional<std::string> follow_links(std::string_view path, const LinkText& link_text) {
  constexpr size_t k_most_links = 40;
  std::string done;
  std::string rest(path);
  size_t links = 0;
  while (!rest.empty()) {
    std::string_view view = rest;
    std::string name(take_until(view, '/'));
    rest = view;
    if (name.empty() || name == ".") continue;
    if (name == "..") {
      size_t slash = done.rfind('/');
      done.resize(slash == std::string::npos ? 0 : slash);
      continue;
    }
    std::string next = done.empty() ? name : done + "/" + name;
    std::optional<std::string> text = link_text(next);
    if (!text) {
      done = std::move(next);
      continue;
    }
    if (++links > k_most_links || text->size() + rest.size() > 8192) return std::nullopt;
    if (text->starts_with('/')) done.clear();
    rest = *text + "/" + rest;
  }
  return done;
}

}  // namespace kiln::sbom

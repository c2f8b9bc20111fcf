// SPDX-License-Identifier: Apache-2.0
#include "cli/places.hpp"

#include "definition/package_request.hpp"
#include "definition/resolve.hpp"
#include "distributions/distributions.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::cli {

namespace {

// Whether a message speaks of a repository: "debian trixie has no ...", "... of debian trixie ...".
bool speaks_of(std::string_view text, std::string_view name) {
  for (size_t at = text.find(name); at != text.npos; at = text.find(name, at + 1)) {
    bool begins = at == 0 || text.substr(0, at).ends_with("of ");
    size_t end = at + name.size();
    if (begins && (end == text.size() || text[end] == ' ')) return true;
  }
  return false;
}

}  // namespace

std::string place_of(const Subject& subject, const Position& at) {
  std::string file = subject.definition.id + ".yaml";
  const std::vector<std::string>& files = subject.definition.files;
  if (at.file > 0 && at.file < files.size()) {
    std::error_code ignored;
    Path included = std::filesystem::absolute(files[at.file], ignored).lexically_normal();
    Path root = std::filesystem::absolute(subject.root, ignored).lexically_normal();
    file = included.lexically_relative(root).generic_string();
  }
  return fmt::format("{}:{}:{}", file, at.line, at.column);
}

std::map<std::string, std::string, std::less<>> package_places(const Subject& subject) {
  std::map<std::string, std::string, std::less<>> places;
  for (const Text& entry : subject.definition.contents.packages) {
    Result<definition::PackageRequest> request = definition::parse_package_request(entry.value);
    if (request && !request->excluded)
      places.emplace(request->name, place_of(subject, entry.where));
  }
  return places;
}

void add_repository_place(Error& error, const Subject& subject, std::string_view distribution) {
  Result<const packages::Distribution*> found = find_distribution(distribution);
  if (!found) return;
  const Text* meant = nullptr;
  for (const Text& entry : subject.definition.contents.repositories) {
    Result<std::string> name = (*found)->repository_name(entry.value);
    if (!name) continue;
    bool spoken_of = speaks_of(error.message, *name) ||
                     std::ranges::any_of(error.context,
                                         [&](const auto& text) { return speaks_of(text, *name); });
    if (!spoken_of) continue;
    if (meant != nullptr) return;  // of two by one name nobody knows which it is
    meant = &entry;
  }
  if (meant != nullptr)
    error.add_context("using the repository of " + place_of(subject, meant->where));
}

Result<std::map<std::string, std::string>> part_places(const Subject& subject,
                                                       const model::Platform& platform) {
  std::map<std::string, std::string> places;
  std::vector<Position> paths = TRY(definition::path_positions(subject.definition, platform.str()));
  for (size_t i = 0; i < paths.size(); ++i)
    places.emplace(fmt::format("paths[{}]", i), place_of(subject, paths[i]));
  const definition::AccountsBlock& accounts = subject.definition.accounts;
  if (!accounts.users.empty())
    places.emplace("accounts", place_of(subject, accounts.users.front().where));
  else if (accounts.run_as.given())
    places.emplace("accounts", place_of(subject, accounts.run_as.where));
  if (subject.definition.os_release.where.line > 0)
    places.emplace("os-release", place_of(subject, subject.definition.os_release.where));
  return places;
}

}  // namespace kiln::cli

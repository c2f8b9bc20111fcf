// SPDX-License-Identifier: Apache-2.0
#include "cli/places.hpp"

#include "definition/package_request.hpp"
#include "definition/resolve.hpp"

#include <fmt/format.h>

namespace kiln::cli {

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

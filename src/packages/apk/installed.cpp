// SPDX-License-Identifier: Apache-2.0
#include "packages/apk/installed.hpp"

#include "base/strings.hpp"
#include "packages/apk/relation.hpp"

#include <fmt/format.h>

namespace kiln::packages::apk {

namespace {

// Versions of relations are kept; a conflict is no dependency.
void add_depends(std::string_view words, Description& package) {
  for (std::string_view word : split_words(words)) {
    Relation relation = relation_of_word(word);
    if (relation.conflict) continue;
    package.depends.push_back({DependencyKind::depends, {relation.requirement()}});
  }
}

void add_provides(std::string_view words, Description& package) {
  for (std::string_view word : split_words(words)) {
    Relation relation = relation_of_word(word);
    package.provides.push_back({std::string(relation.name), std::string(relation.version)});
  }
}

void read_line(char letter, std::string_view value, Description& package) {
  switch (letter) {
    case 'P':
      package.id.name = value;
      break;
    case 'V':
      package.id.version = value;
      break;
    case 'A':
      package.id.architecture = value;
      break;
    case 'T':
      package.summary = value;
      break;
    case 'U':
      package.homepage = value;
      break;
    case 'L':
      package.licence = value;
      break;
    case 'm':
      package.maintainer = value;
      break;
    case 'o':
      package.source = value;
      break;
    case 'c':
      package.commit = value;
      break;
    case 'D':
      add_depends(value, package);
      break;
    case 'p':
      add_provides(value, package);
      break;
    default:
      break;
  }
}

// Calls `line(letter, value)` for each line and `end()` behind each package.
template <typename Line, typename End>
void walk(const ImageFiles& files, const Line& line, const End& end) {
  const std::string* last = nullptr;
  for (std::string_view path : k_database_files) {
    const std::string* bytes = files.bytes(path);
    if (bytes == nullptr || bytes == last) continue;  // both names of it, where /lib is a link
    last = bytes;
    std::string_view rest = *bytes;
    while (!rest.empty()) {
      std::string_view text = take_until(rest, '\n');
      if (text.empty())
        end();
      else if (text.size() > 1 && text[1] == ':')
        line(text[0], text.substr(2));
    }
    end();
  }
}

// Origins have no version of their own.
void complete(Description& package) {
  if (package.source.empty()) package.source = package.id.name;
  package.source_version = package.id.version;
}

}  // namespace

Description describe(const PackageInfo& info) {
  Description package;
  package.id = info.id;
  package.source = info.origin;
  package.summary = info.description;
  package.homepage = info.url;
  package.maintainer = info.maintainer;
  package.licence = info.licence;
  package.commit = info.commit;
  add_depends(join(info.depends, " "), package);
  add_provides(join(info.provides, " "), package);
  complete(package);
  return package;
}

std::vector<Description> installed(const ImageFiles& files) {
  std::vector<Description> packages;
  Description package;
  auto line = [&](char letter, std::string_view value) { read_line(letter, value, package); };
  auto end = [&] {
    complete(package);
    if (!package.id.name.empty()) packages.push_back(std::move(package));
    package = {};
  };
  walk(files, line, end);
  return packages;
}

void claims(const ImageFiles& files, const Claim& claim) {
  std::string package;
  std::string directory;
  auto line = [&](char letter, std::string_view value) {
    if (letter == 'P') package = value;
    if (letter == 'F') directory = value;
    if (letter != 'R') return;
    claim(directory.empty() ? std::string(value) : fmt::format("{}/{}", directory, value), package);
  };
  auto end = [&] {
    package.clear();
    directory.clear();
  };
  walk(files, line, end);
}

}  // namespace kiln::packages::apk

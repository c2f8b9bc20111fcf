// SPDX-License-Identifier: Apache-2.0
//
// apk's installed database (apk-package(5), apk v2): lines "letter:value", packages separated by
// empty lines. Versions in relations are not compared: what apk installed satisfies them.
#include "base/strings.hpp"
#include "evidence/sbom/inventory.hpp"
#include "evidence/sbom/licences/expression.hpp"
#include "evidence/sbom/licences/spdx_list.hpp"
#include "evidence/sbom/utf8_text.hpp"

namespace kiln::sbom {

namespace {

// "so:libc.musl-x86_64.so.1" of "so:libc.musl-x86_64.so.1=1".
std::string name_of(std::string_view relation) {
  return std::string(relation.substr(0, relation.find_first_of("<>=~")));
}

void read_depends(std::string_view value, Listed& listed) {
  for (std::string_view word : split_words(value)) {
    if (word.starts_with('!')) continue;
    packages::Dependency group;
    packages::Requirement requirement;
    requirement.name = name_of(word);
    group.alternatives.push_back(std::move(requirement));
    listed.depends.push_back(std::move(group));
  }
}

// Alpine's licence field is an SPDX expression; older packages separate names by blanks.
std::string licence_of(std::string_view value) {
  bool known = true;
  Expression names = parse_synopsis(value);
  Expression mapped = replace(names, [&](const std::string& name) {
    size_t with = name.find(" WITH ");
    std::string_view id = spdx_licence(std::string_view(name).substr(0, with));
    std::string out(id);
    if (with != std::string::npos) {
      std::string_view exception = spdx_exception(std::string_view(name).substr(with + 6));
      out = exception.empty() ? std::string() : out + " WITH " + std::string(exception);
    }
    known = known && !id.empty() && !out.empty();
    return licence(out);
  });
  return known ? str(mapped) : std::string();
}

void read_line(char letter, std::string_view value, Listed& listed) {
  Package& package = listed.package;
  switch (letter) {
    case 'P':
      package.name = text_of(value);
      break;
    case 'V':
      package.version = text_of(value);
      break;
    case 'A':
      package.architecture = text_of(value);
      break;
    case 'T':
      package.summary = text_of(value);
      break;
    case 'U':
      package.homepage = text_of(value);
      break;
    case 'L':
      package.licences.declared = licence_of(value);
      break;
    case 'm':
      package.supplier = parse_party(value);
      break;
    case 'o':
      listed.source.name = text_of(value);
      break;
    case 'D':
      read_depends(value, listed);
      break;
    case 'p':
      for (std::string_view word : split_words(value))
        listed.provides.push_back({name_of(word), {}});
      break;
    default:
      break;
  }
}

}  // namespace

std::vector<Listed> listed_from_apk(std::string_view database) {
  std::vector<Listed> list;
  Listed listed;
  auto finish = [&] {
    Package& package = listed.package;
    if (!package.name.empty()) {
      package.manager = "apk";
      if (listed.source.name.empty()) listed.source.name = package.name;
      listed.source.version = package.version;
      listed.source.supplier = package.supplier;
      list.push_back(std::move(listed));
    }
    listed = {};
  };
  while (!database.empty()) {
    std::string_view line = take_until(database, '\n');
    if (line.empty())
      finish();
    else if (line.size() > 1 && line[1] == ':')
      read_line(line[0], line.substr(2), listed);
  }
  finish();
  return list;
}

}  // namespace kiln::sbom

// SPDX-License-Identifier: Apache-2.0
#include "evidence/sbom/inventory.hpp"

#include "base/strings.hpp"
#include "evidence/sbom/licences/expression.hpp"
#include "evidence/sbom/licences/names.hpp"
#include "evidence/sbom/licences/spdx_list.hpp"
#include "evidence/sbom/utf8_text.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include <fmt/format.h>

namespace kiln::sbom {

namespace {

using packages::Dependency;
using packages::DependencyKind;
using packages::Provided;

// Reads a package's licence field: an SPDX expression, or names separated by blanks in older
// packages. What SPDX has no identifier for keeps its words, and so does "A WITH B" as a whole when
// B is unknown: SPDX 2.3 has no references of one's own for exceptions.
class LicenceField {
 public:
  Licences read(std::string_view value) {
    Expression mapped =
        replace(parse_synopsis(value), [&](const std::string& name) { return identify(name); });
    Licences licences;
    licences.declared = str(mapped);
    if (licences.declared.empty() && !trim(value).empty()) {
      texts_.clear();
      licences.declared = keep(trim(value));
    }
    if (texts_.empty()) licences.concluded = licences.declared;
    return licences;
  }

  std::map<std::string, LicenceText> take_texts() { return std::move(texts_); }

 private:
  Expression identify(const std::string& name) {
    if (std::string id = known(name); !id.empty()) return licence(std::move(id));
    std::vector<Expression> all;
    for (std::string_view word : split_words(name)) {
      std::string id = known(word);
      if (id.empty()) return licence(keep(name));
      all.push_back(licence(std::move(id)));
    }
    return all_of(std::move(all));
  }

  static std::string known(std::string_view name) {
    size_t with = name.find(" WITH ");
    std::string_view id = spdx_licence(name.substr(0, with));
    if (id.empty() || with == std::string_view::npos) return std::string(id);
    std::string_view exception = spdx_exception(name.substr(with + 6));
    return exception.empty() ? std::string() : fmt::format("{} WITH {}", id, exception);
  }

  std::string keep(std::string_view name) {
    std::string shown = text_of(name);
    std::string text =
        fmt::format("The package names this licence \"{}\" and gives no text.", shown);
    std::string id = licence_reference(shown, text);
    texts_.try_emplace(id, LicenceText{std::move(shown), std::move(text)});
    return id;
  }

  std::map<std::string, LicenceText> texts_;
};

bool is_organization(std::string_view name, std::string_view email) {
  std::string lower = to_lower(name);
  for (std::string_view word : {"team", "maintainers", "group", "developers", "project",
                                "packagers", "packaging", "foundation", "debian "})
    if (lower.find(word) != std::string::npos) return true;
  return email.find("lists.") != std::string_view::npos ||
         email.find("tracker.debian.org") != std::string_view::npos ||
         email.find("packages.debian.org") != std::string_view::npos;
}

// Who offers a name: packages, and what they provide with the version that they provide, if any.
struct Offer {
  size_t package = 0;
  std::string_view version;
};
using Offers = std::unordered_map<std::string_view, std::vector<Offer>>;

Offers offers_of(const std::vector<Listed>& list) {
  Offers offers;
  for (size_t i = 0; i < list.size(); ++i)
    offers[list[i].package.name].push_back({i, list[i].package.version});
  for (size_t i = 0; i < list.size(); ++i)
    for (const Provided& provided : list[i].provides)
      offers[provided.name].push_back({i, provided.version});
  return offers;
}

std::optional<size_t> who_satisfies(const Dependency& group, const Offers& offers,
                                    const packages::Distribution& distribution) {
  for (const packages::Requirement& one : group.alternatives) {
    auto found = offers.find(one.name);
    if (found == offers.end()) continue;
    for (const Offer& offer : found->second)
      if (one.op == packages::RelationOp::any ||
          (!offer.version.empty() && distribution.satisfies(offer.version, one)))
        return offer.package;
  }
  return std::nullopt;
}

std::vector<size_t> dependencies_of(const Listed& listed, size_t self, const Offers& offers) {
  std::vector<size_t> depends;
  for (const Dependency& group : listed.depends)
    if (auto on = who_satisfies(group, offers, *listed.distribution); on && *on != self)
      depends.push_back(*on);
  std::ranges::sort(depends);
  depends.erase(std::ranges::unique(depends).begin(), depends.end());
  return depends;
}

bool source_less(const Source& a, const Source& b) {
  return std::tie(a.name, a.version) < std::tie(b.name, b.version);
}

std::string unquoted(std::string_view text) {
  bool quoted = text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
                text.back() == text.front();
  return text_of(quoted ? text.substr(1, text.size() - 2) : text);
}

}  // namespace

Party parse_party(std::string_view text) {
  Party party;
  size_t open = text.find('<');
  size_t close = text.find('>', open == std::string_view::npos ? 0 : open);
  party.name = text_of(trim(text.substr(0, open)));
  if (open != std::string_view::npos && close != std::string_view::npos) {
    std::string inside = text_of(trim(text.substr(open + 1, close - open - 1)));
    (inside.find("://") == std::string::npos ? party.email : party.url) = std::move(inside);
  } else if (party.name.find('@') != std::string::npos && party.name.find(' ') == party.name.npos) {
    party.email = party.name;
  }
  if (party.name.starts_with('"') && party.name.ends_with('"') && party.name.size() > 1)
    party.name = party.name.substr(1, party.name.size() - 2);
  std::erase_if(party.name, [](char c) { return c == '\n' || c == '(' || c == ')'; });
  if (party.name.empty()) party.name = party.email;
  party.organization = is_organization(party.name, party.email);
  return party;
}

Listed listed_from(packages::Description description, const packages::Distribution& distribution) {
  Listed listed;
  listed.distribution = &distribution;
  Package& package = listed.package;
  package.manager = distribution.package_manager();
  package.type = distribution.purl_type();
  package.name = text_of(description.id.name);
  package.version = text_of(description.id.version);
  package.architecture = text_of(description.id.architecture);
  package.summary = text_of(description.summary);
  package.section = text_of(description.section);
  package.homepage = text_of(description.homepage);
  package.supplier = parse_party(description.maintainer);
  package.commit = text_of(description.commit);
  LicenceField field;
  package.licences = field.read(description.licence);
  listed.texts = field.take_texts();
  listed.source.name = text_of(description.source);
  listed.source.version = text_of(description.source_version);
  listed.source.parts = distribution.parts_of(listed.source.version);
  listed.source.supplier = package.supplier;
  listed.depends = std::move(description.depends);
  listed.provides = std::move(description.provides);
  return listed;
}

void put_packages(Document& document, std::vector<Listed> list) {
  std::ranges::sort(list, {}, [](const Listed& one) {
    return std::tie(one.package.name, one.package.architecture, one.package.version);
  });
  Offers offers = offers_of(list);
  for (size_t i = 0; i < list.size(); ++i) {
    list[i].package.depends = dependencies_of(list[i], i, offers);
    document.sources.push_back(list[i].source);
  }
  std::ranges::stable_sort(document.sources, source_less);
  auto same = [](const Source& a, const Source& b) {
    return a.name == b.name && a.version == b.version;
  };
  document.sources.erase(std::ranges::unique(document.sources, same).begin(),
                         document.sources.end());
  for (Listed& listed : list) {
    auto source = std::ranges::lower_bound(document.sources, listed.source, source_less);
    listed.package.source = static_cast<size_t>(source - document.sources.begin());
    document.packages.push_back(std::move(listed.package));
    document.texts.merge(listed.texts);
  }
}

OperatingSystem parse_os_release(std::string_view text) {
  OperatingSystem system;
  while (!text.empty()) {
    std::string_view line = trim(take_until(text, '\n'));
    std::string_view name = take_until(line, '=');
    if (name == "ID") system.id = unquoted(line);
    if (name == "VERSION_ID") system.version = unquoted(line);
    if (name == "PRETTY_NAME") system.name = unquoted(line);
    if (name == "NAME") system.vendor = unquoted(line);
    if (name == "HOME_URL") system.home_url = unquoted(line);
  }
  if (system.name.empty()) system.name = system.vendor;
  return system;
}

}  // namespace kiln::sbom

// SPDX-License-Identifier: Apache-2.0
#include "evidence/sbom/parts.hpp"

#include "base/strings.hpp"
#include "distributions/distributions.hpp"
#include "evidence/sbom/inventory.hpp"
#include "evidence/sbom/utf8_text.hpp"

#include <algorithm>

namespace kiln::sbom {

namespace {

void apply(const Copyright& copyright, Package& package, Document& document) {
  package.licences.declared = copyright.declared;
  if (copyright.complete) package.licences.concluded = copyright.declared;
  package.licences.holders = copyright.holders;
  if (!copyright.upstream_contact.empty())
    package.originator = parse_party(copyright.upstream_contact);
  if (package.homepage.empty() && copyright.upstream_source.starts_with("http"))
    package.homepage = copyright.upstream_source;
  document.texts.insert(copyright.texts.begin(), copyright.texts.end());
}

void put_origin(Document& document, size_t index, const packages::Distribution& distribution,
                const plan::PlannedPackage& planned, const plan::Origin& origin) {
  Package& package = document.packages[index];
  package.sha256 = planned.sha256;
  package.file_name = distribution.file_name(planned.id);
  if (!origin.urls.empty()) {
    package.url = origin.urls.front();
    Source& source = document.sources[package.source];
    if (source.url.empty())
      source.url =
          distribution.source_url(package.url, {source.name, source.version, {}}, package.commit);
  }
  auto wish = std::ranges::find(origin.reasons, "", &plan::Reason::by);
  if (wish == origin.reasons.end()) return;
  package.requested_at = wish->relation;
  document.requested.push_back(index);
}

}  // namespace

std::optional<std::string> copyright_path(std::string_view package, const LinkText& link_text,
                                          const std::function<bool(std::string_view)>& exists) {
  std::string place = "usr/share/doc/" + std::string(package) + "/copyright";
  std::optional<std::string> path = follow_links(place, link_text);
  return path && exists(*path) ? path : std::nullopt;
}

Result<> put_licences(Document& document,
                      const std::function<Result<std::optional<Copyright>>(const Package&)>& read) {
  std::map<size_t, Copyright> by_source;
  std::vector<Package*> without;
  for (Package& package : document.packages) {
    std::optional<Copyright> copyright = TRY(read(package));
    if (!copyright) {
      without.push_back(&package);
      continue;
    }
    apply(*copyright, package, document);
    by_source.try_emplace(package.source, std::move(*copyright));
  }
  for (Package* package : without)
    if (auto found = by_source.find(package->source); found != by_source.end())
      apply(found->second, *package, document);
  return {};
}

void put_lock(Document& document, const plan::LockedPlan& locked) {
  const definition::ImageSpec& spec = locked.plan.spec;
  std::map<std::string, size_t, std::less<>> by_name;
  for (size_t i = 0; i < document.packages.size(); ++i) by_name[document.packages[i].name] = i;
  for (size_t i = 0; i < locked.plan.packages.size(); ++i) {
    auto found = by_name.find(locked.plan.packages[i].id.name);
    if (found == by_name.end()) continue;
    if (document.packages[found->second].version != locked.plan.packages[i].id.version) continue;
    put_origin(document, found->second, distribution_named(locked.plan.distribution),
               locked.plan.packages[i], locked.origins[i]);
  }
  std::ranges::sort(document.requested);
  for (const auto& [name, purl] : spec.mappings)
    if (auto found = by_name.find(name); found != by_name.end())
      document.packages[found->second].reported_purl = purl;
  document.built_here = true;
  document.definition = spec.definition_name;
  document.places = locked.places;
  document.image.name = spec.image;
  document.image.title = spec.name;
}

File make_file(std::string_view path, model::FileType type, std::string_view link) {
  File file;
  file.path = path_text(path);
  file.type = type;
  file.target = path_text(link);
  if (type == model::FileType::hard_link) return file;
  file.sha256 = sha256(link);
  file.sha1 = sha1_of(link);
  return file;
}

std::array<char, 20> sha1_of(std::string_view bytes) {
  Hasher hasher(HashAlgorithm::sha1);
  hasher.update(bytes);
  std::string raw = hasher.finish();
  std::array<char, 20> value{};
  std::ranges::copy(std::string_view(raw).substr(0, value.size()), value.begin());
  return value;
}

void mark_executables(Document& document) {
  for (const File& file : document.files) {
    if (!file.package || file.type == model::FileType::symlink) continue;
    bool library = file.path.find(".so") != std::string::npos;
    if (file.executable || library) document.packages[*file.package].executable = true;
  }
}

}  // namespace kiln::sbom

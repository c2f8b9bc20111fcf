// SPDX-License-Identifier: Apache-2.0
#include "evidence/sbom/documents.hpp"

#include "base/threads.hpp"

#include <fmt/format.h>

namespace kiln::sbom {

namespace {

constexpr std::string_view k_kind = "sbom";
constexpr int k_revision = 1;  // grows when the same facts are written differently

std::string key_of(const Digest& build, Format format) {
  return build.hex() + "." + std::string(str(format));
}

}  // namespace

Digest build_key(const plan::LockedPlan& locked, const Digest& manifest,
                 const Authorship& authorship) {
  std::string text = fmt::format("kiln-sbom/{}\n{}\n{}\n", k_revision, manifest.str(),
                                 plan::digest_of(locked.plan).str());
  auto add = [&](std::string_view part) { text += fmt::format("{}:{}\n", part.size(), part); };
  const Party& author = authorship.author;
  for (const std::string* part :
       {&authorship.tool_version, &author.name, &author.email, &author.url})
    add(*part);
  for (const plan::Origin& origin : locked.origins) {
    add(origin.urls.empty() ? std::string() : origin.urls.front());
    for (const plan::Reason& reason : origin.reasons)
      if (reason.by.empty()) add(reason.relation);
  }
  for (const auto& [part, place] : locked.places) {
    add(part);
    add(place);
  }
  return sha256(text);
}

Result<std::vector<std::string>> documents(const Digest& build_key, std::span<const Format> formats,
                                           World& world,
                                           const std::function<Result<Document>()>& make) {
  std::vector<std::string> texts(formats.size());
  std::vector<size_t> missing;
  for (size_t i = 0; i < formats.size(); ++i) {
    auto record = world.store.cached(k_kind, key_of(build_key, formats[i]));
    if (record)
      texts[i] = record->bytes();
    else
      missing.push_back(i);
  }
  if (missing.empty()) return texts;
  Document document = TRY(make());
  auto write_one = [&](size_t i) -> Result<> {
    size_t place = missing[i];
    texts[place] = write(document, formats[place]);
    return world.store.cache(k_kind, key_of(build_key, formats[place]), texts[place]);
  };
  TRY(parallel_for(missing.size(), world.threads, write_one));
  return texts;
}

}  // namespace kiln::sbom

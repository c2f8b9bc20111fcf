// SPDX-License-Identifier: Apache-2.0
#include "evidence/sbom/documents.hpp"

#include "base/threads.hpp"

#include <fmt/format.h>

namespace kiln::sbom {

namespace {

constexpr std::string_view k_kind = "sbom-2";
constexpr int k_revision = 3;  // grows when the same facts are written differently

std::string key_of(const Digest& build, Format format) {
  return build.hex() + "." + std::string(str(format));
}

std::optional<WrittenDocument> find_remembered(const std::string& key, Store& store) {
  auto record = store.cached(k_kind, key);
  if (!record || record->bytes().size() < Digest::k_size) return std::nullopt;
  std::string_view bytes = record->bytes();
  auto digest = Digest::from_bytes(bytes.substr(0, Digest::k_size));
  if (!digest) return std::nullopt;
  return WrittenDocument{std::string(bytes.substr(Digest::k_size)), *digest};
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

Result<std::vector<WrittenDocument>> documents(const Digest& build_key,
                                               std::span<const Format> formats, World& world,
                                               const std::function<Result<Document>()>& make) {
  std::vector<WrittenDocument> written(formats.size());
  std::vector<size_t> missing;
  for (size_t i = 0; i < formats.size(); ++i) {
    if (auto known = find_remembered(key_of(build_key, formats[i]), world.store))
      written[i] = std::move(*known);
    else
      missing.push_back(i);
  }
  if (missing.empty()) return written;
  Document document = TRY(make());
  auto write_one = [&](size_t i) -> Result<> {
    size_t place = missing[i];
    std::string text = write(document, formats[place]);
    written[place] = {text, sha256(text)};
    text.insert(0, written[place].digest.bytes());
    return world.store.cache(k_kind, key_of(build_key, formats[place]), text);
  };
  TRY(parallel_for(missing.size(), world.threads, write_one));
  return written;
}

}  // namespace kiln::sbom

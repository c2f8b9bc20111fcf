// SPDX-License-Identifier: Apache-2.0
#include "evidence/release.hpp"

#include "data/json.hpp"

#include <algorithm>

namespace kiln::evidence {

namespace {

std::optional<Digest> previous_of(const BuildRecord& record, const Documents& documents) {
  auto changelog = std::ranges::find(record.documents, "changelog", &DocumentRecord::kind);
  if (changelog == record.documents.end()) return std::nullopt;
  auto bytes = documents.find(changelog->digest);
  if (bytes == documents.end()) return std::nullopt;
  Result<Json> json = parse_json(bytes->second);
  if (!json) return std::nullopt;
  Result<std::string> hex = json->get_string({"previous", "digest", "sha256"});
  if (!hex) return std::nullopt;
  Result<Digest> digest = Digest::parse("sha256:" + *hex);
  return digest ? std::optional(*digest) : std::nullopt;
}

}  // namespace

std::vector<std::string> release_names(const BuildRecord& record) {
  if (record.tags.empty()) return {record.image};
  std::vector<std::string> names;
  for (const std::string& tag : record.tags) names.push_back(record.image + ":" + tag);
  return names;
}

std::vector<tlog::ImageRelease> releases_of(const BuildRecord& record, const Documents& documents,
                                            const signing::SignedObjects& made, UnixTime now) {
  tlog::ImageRelease release;
  release.index = record.index.digest;
  for (const PlatformRecord& platform : record.platforms)
    release.platforms.emplace(platform.platform.str(), platform.manifest.digest);
  for (const signing::SignedObject& object : made.objects)
    if (object.form == signing::Form::bundle && !object.predicate_type.empty())
      release.evidence.push_back(object.descriptor.digest);
  release.previous = previous_of(record, documents);
  release.time = now;
  std::vector<tlog::ImageRelease> releases;
  for (std::string& name : release_names(record)) {
    releases.push_back(release);
    releases.back().name = std::move(name);
  }
  return releases;
}

}  // namespace kiln::evidence

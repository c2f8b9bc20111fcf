// SPDX-License-Identifier: Apache-2.0
#include "evidence/evidence.hpp"

#include <fmt/format.h>

namespace kiln::evidence {

namespace {

constexpr size_t k_most_blobs = 4096;

Json summary_json(const Evidence& evidence) {
  Json objects = Json::object();
  for (const auto& [subject, count] : evidence.objects) objects[subject] = count;
  return Json::object({{"statements", Json::array_of(evidence.statements)},
                       {"builder", evidence.builder},
                       {"key", evidence.key},
                       {"log", evidence.log},
                       {"stamped", evidence.stamped},
                       {"first_entry", evidence.first_entry},
                       {"entries", evidence.entries},
                       {"objects", std::move(objects)}});
}

Result<uint64_t> count_member(const Json& json, std::string_view name) {
  int64_t number = TRY(json.get_int(name));
  return static_cast<uint64_t>(number);
}

Result<Evidence> summary_from(const Json& json) {
  Evidence evidence;
  evidence.statements = TRY(json.get_strings("statements"));
  evidence.builder = TRY(json.get_string("builder"));
  evidence.key = TRY(json.get_string("key"));
  evidence.log = TRY(json.get_string("log"));
  evidence.stamped = TRY(json.get_bool("stamped"));
  evidence.first_entry = TRY(count_member(json, "first_entry"));
  evidence.entries = TRY(count_member(json, "entries"));
  const Json* objects = TRY(json.get_object("objects"));
  for (const auto& [subject, count] : objects->as_object())
    evidence.objects[subject] = TRY(count_member(*objects, subject));
  return evidence;
}

}  // namespace

Json to_json(const Evidence& evidence) {
  Json json = Json::object(
      {{"evidence", summary_json(evidence)}, {"listed", Json::array()}, {"blobs", Json::array()}});
  for (const oci::Descriptor& entry : evidence.content.index().manifests)
    json["listed"].push_back(oci::to_json(entry));
  for (const auto& [digest, blob] : evidence.content.blobs())
    json["blobs"].push_back(Json::object({{"digest", digest.str()}, {"size", blob.size}}));
  return json;
}

Result<DescribedEvidence> evidence_from_json(const Json& json) {
  DescribedEvidence described;
  const Json* summary = TRY(json.get_object("evidence"));
  described.evidence = TRY(summary_from(*summary));
  const Json::Array* blobs = TRY(json.get_array("blobs"));
  if (blobs->size() > k_most_blobs)
    return fail(ErrorCode::limit, fmt::format("evidence of {} blobs", blobs->size()));
  for (const Json& item : *blobs) {
    std::string name = TRY(item.get_string("digest"));
    Digest digest = TRY(Digest::parse(name));
    described.blobs.push_back({std::move(digest), TRY(count_member(item, "size"))});
  }
  for (const Json& item : *TRY(json.get_array("listed")))
    described.evidence.content.list(TRY(oci::descriptor_from_json(item)));
  return described;
}

}  // namespace kiln::evidence

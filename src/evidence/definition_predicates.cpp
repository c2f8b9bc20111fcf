// SPDX-License-Identifier: Apache-2.0
//
// Statements of what was asked for and what it was resolved to.
#include "evidence/predicates.hpp"

#include <fmt/format.h>

namespace kiln::evidence {

namespace {

std::string own_type(std::string_view name) {
  return fmt::format("{}/predicate/{}/v1", model::k_uri_base, name);
}

Json files_json(const std::vector<FileRecord>& files) {
  Json list = Json::array();
  for (const FileRecord& file : files)
    list.push_back(
        Json::object({{"path", file.path}, {"digest", Json::object_of(digest_set(file.digest))}}));
  return list;
}

}  // namespace

std::string definition_type() {
  return own_type("definition");
}
std::string lock_type() {
  return own_type("lock");
}
std::string changelog_type() {
  return own_type("changelog");
}
std::string rebuild_type() {
  return own_type("rebuild");
}

Json definition_predicate(const BuildRecord& record, const plan::Lock& lock) {
  Json json = Json::object({{"definition", record.definition},
                            {"files", files_json(record.definition_files)},
                            {"platforms", Json::array()}});
  if (record.source)
    json["source"] = Json::object({{"repository", record.source->repository},
                                   {"digest", Json::object({{"gitCommit", record.source->commit}})},
                                   {"path", record.source->path},
                                   {"modified", record.source->dirty}});
  for (const PlatformRecord& platform : record.platforms)
    if (const plan::LockedPlan* locked = lock.find(platform.platform))
      json["platforms"].push_back(
          Json::object({{"platform", platform.platform.str()},
                        {"normalised", definition::to_json(locked->plan.spec)}}));
  return json;
}

Json lock_predicate(const BuildRecord& record) {
  Resource lock;
  lock.name = "lock";
  lock.digest = digest_set(record.lock.digest);
  lock.media_type = fmt::format("application/vnd.{}.lock.v1+json", model::k_namespace);
  Json json = Json::object({{"lock", to_json(lock)}, {"plans", Json::array()}});
  for (const PlatformRecord& platform : record.platforms)
    json["plans"].push_back(
        Json::object({{"platform", platform.platform.str()},
                      {"digest", Json::object_of(digest_set(platform.plan))},
                      {"image", Json::object_of(digest_set(platform.manifest.digest))}}));
  return json;
}

}  // namespace kiln::evidence

// SPDX-License-Identifier: Apache-2.0
#include "evidence/changelog.hpp"

#include "evidence/resource.hpp"

namespace kiln::evidence {

namespace {

// A member that only one of two images has is left out on the other side.
void add_sides(Json& json, const std::string& before, const std::string& after) {
  if (!before.empty()) json["before"] = before;
  if (!after.empty()) json["after"] = after;
}

Json packages_json(const std::vector<image::PackageChange>& changes) {
  Json list = Json::array();
  for (const image::PackageChange& change : changes) {
    Json json = Json::object({{"change", str(change.change)},
                              {"name", change.name},
                              {"architecture", change.architecture}});
    add_sides(json, change.before, change.after);
    list.push_back(std::move(json));
  }
  return list;
}

Json files_json(const std::vector<image::FileChange>& changes) {
  Json list = Json::array();
  for (const image::FileChange& change : changes) {
    Json json = Json::object({{"change", str(change.change)},
                              {"path", "/" + change.path},
                              {"sizeDifference", change.size_difference}});
    if (!change.what.empty()) json["what"] = Json::array_of(change.what);
    if (!change.owner.empty()) json["owner"] = change.owner;
    list.push_back(std::move(json));
  }
  return list;
}

Json config_json(const std::vector<image::ConfigChange>& changes) {
  Json list = Json::array();
  for (const image::ConfigChange& change : changes) {
    Json json = Json::object({{"change", str(change.change)}, {"name", change.name}});
    add_sides(json, change.before, change.after);
    list.push_back(std::move(json));
  }
  return list;
}

Json platform_json(const PlatformChange& change) {
  Json json = Json::object({{"platform", change.platform.str()},
                            {"digest", Json::object_of(digest_set(change.current))}});
  if (change.previous)
    json["previous"] = Json::object({{"digest", Json::object_of(digest_set(*change.previous))}});
  if (!change.difference) return json;
  json["packages"] = packages_json(change.difference->packages);
  json["config"] = config_json(change.difference->config);
  json["files"] = files_json(change.difference->files);
  json["compressedDifference"] = change.difference->compressed_difference;
  json["unpackedDifference"] = change.difference->unpacked_difference;
  return json;
}

}  // namespace

std::string changelog(const Digest& previous, const std::vector<PlatformChange>& platforms) {
  Json json =
      Json::object({{"previous", Json::object({{"digest", Json::object_of(digest_set(previous))}})},
                    {"platforms", Json::array()}});
  for (const PlatformChange& platform : platforms)
    json["platforms"].push_back(platform_json(platform));
  return canonical(json);
}

}  // namespace kiln::evidence

// SPDX-License-Identifier: Apache-2.0
#include "evidence/resource.hpp"

#include "base/strings.hpp"
#include "plan/json_members.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::evidence {

namespace {

constexpr size_t k_most_resources = 100'000;

Result<> check_digest(const std::string& algorithm, const std::string& digits) {
  auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  bool fits = digits.size() == 40 || digits.size() == 64 || digits.size() == 128;
  if (fits && std::ranges::all_of(digits, is_hex) && !algorithm.empty()) return {};
  return fail(ErrorCode::corrupt, fmt::format("'{}' is no digest of the kind {}", printable(digits),
                                              printable(algorithm)));
}

void add_text(Json& json, std::string_view key, const std::string& text) {
  if (!text.empty()) json[key] = text;
}

}  // namespace

std::map<std::string, std::string> digest_set(const Digest& digest) {
  return {{"sha256", digest.hex()}};
}

Json to_json(const Resource& resource) {
  Json json = Json::object();
  add_text(json, "name", resource.name);
  add_text(json, "uri", resource.uri);
  if (!resource.digest.empty()) json["digest"] = Json::object_of(resource.digest);
  add_text(json, "downloadLocation", resource.download_location);
  add_text(json, "mediaType", resource.media_type);
  if (!resource.annotations.empty()) json["annotations"] = Json::object_of(resource.annotations);
  return json;
}

Result<Resource> resource_from_json(const Json& json) {
  TRY(plan::only_members(
      json, {"name", "uri", "digest", "downloadLocation", "mediaType", "annotations"}));
  Resource resource;
  resource.name = TRY(json.get_string_or("name", {}));
  resource.uri = TRY(json.get_string_or("uri", {}));
  resource.digest = TRY(json.get_string_map_or_empty("digest"));
  for (const auto& [algorithm, digits] : resource.digest) TRY(check_digest(algorithm, digits));
  resource.download_location = TRY(json.get_string_or("downloadLocation", {}));
  resource.media_type = TRY(json.get_string_or("mediaType", {}));
  resource.annotations = TRY(json.get_string_map_or_empty("annotations"));
  if (resource.name.empty() && resource.uri.empty() && resource.digest.empty())
    return fail(ErrorCode::corrupt, "a resource has neither a name nor a URI nor a digest");
  return resource;
}

Json to_json(const std::vector<Resource>& resources) {
  Json list = Json::array();
  for (const Resource& resource : resources) list.push_back(to_json(resource));
  return list;
}

Result<std::vector<Resource>> resources_from_json(const Json::Array& items) {
  if (items.size() > k_most_resources)
    return fail(ErrorCode::limit, fmt::format("a record names {} resources", items.size()));
  std::vector<Resource> resources;
  for (const Json& item : items) resources.push_back(TRY(resource_from_json(item)));
  return resources;
}

}  // namespace kiln::evidence

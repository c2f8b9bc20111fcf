// SPDX-License-Identifier: Apache-2.0
#include "oci/manifest.hpp"

#include "base/strings.hpp"
#include "oci/media_types.hpp"

#include <fmt/format.h>

namespace kiln::oci {

namespace {

constexpr size_t k_max_entries = 4096;

Json list_of(const std::vector<Descriptor>& descriptors) {
  Json list = Json::array();
  for (const Descriptor& descriptor : descriptors) list.push_back(to_json(descriptor));
  return list;
}

// The members that manifests and indexes share.
template <typename T>
Json common_json(const T& value, std::string_view media_type) {
  Json json = Json::object({{"schemaVersion", 2}, {"mediaType", media_type}});
  if (!value.artifact_type.empty()) json["artifactType"] = value.artifact_type;
  if (value.subject) json["subject"] = to_json(*value.subject);
  if (!value.annotations.empty()) json["annotations"] = Json::object_of(value.annotations);
  return json;
}

Result<Json> parse_document(std::string_view bytes, std::string_view what) {
  JsonLimits limits;
  limits.depth = 32;
  limits.size = k_max_manifest_size;
  Json json = TRY(parse_json(bytes, limits));
  if (!json.is_object())
    return fail(ErrorCode::corrupt, fmt::format("{} is {}, not an object", what, json.kind()));
  int64_t version = TRY(json.get_int("schemaVersion"));
  if (version != 2)
    return fail(ErrorCode::unsupported, fmt::format("{} has schema version {}", what, version),
                "pull and push the image with a current tool, which converts it to version 2");
  return json;
}

template <typename T>
Result<> read_common(const Json& json, T& value, std::string_view media_type) {
  value.media_type = TRY(json.get_string_or("mediaType", std::string(media_type)));
  value.artifact_type = TRY(json.get_string_or("artifactType", ""));
  value.annotations = TRY(json.get_string_map_or_empty("annotations"));
  const Json* subject = json.find("subject");
  if (subject != nullptr && !subject->is_null())
    value.subject = TRY_CONTEXT(descriptor_from_json(*subject), "reading subject");
  return {};
}

Result<std::vector<Descriptor>> read_list(const Json& json, const char* name) {
  std::vector<Descriptor> list;
  const Json* member = json.find(name);
  if (member == nullptr || member->is_null()) return list;
  const Json::Array* items = TRY(json.get_array(name));
  if (items->size() > k_max_entries)
    return fail(ErrorCode::limit, fmt::format("{} has {} entries, more than the {} accepted", name,
                                              items->size(), k_max_entries));
  for (const Json& item : *items)
    list.push_back(
        TRY_CONTEXT(descriptor_from_json(item), fmt::format("reading {}[{}]", name, list.size())));
  return list;
}

}  // namespace

std::string encode(const Manifest& manifest) {
  Json json = common_json(manifest, k_manifest_type);
  json["config"] = to_json(manifest.config);
  json["layers"] = list_of(manifest.layers);
  return canonical(json);
}

std::string encode(const Index& index) {
  Json json = common_json(index, k_index_type);
  json["manifests"] = list_of(index.manifests);
  return canonical(json);
}

Result<Manifest> parse_manifest(std::string_view bytes) {
  Json json = TRY(parse_document(bytes, "a manifest"));
  Manifest manifest;
  TRY(read_common(json, manifest, k_manifest_type));
  if (!is_manifest_type(manifest.media_type))
    return fail(ErrorCode::corrupt,
                fmt::format("'{}' is not a manifest's type", printable(manifest.media_type)));
  // A client that looks at what there is and not at types would take it for an index
  // (CVE-2021-41190).
  if (json.find("manifests") != nullptr)
    return fail(ErrorCode::corrupt, "a manifest that also is an index");
  const Json* config = TRY(json.get_object("config"));
  manifest.config = TRY_CONTEXT(descriptor_from_json(*config), "reading config");
  manifest.layers = TRY(read_list(json, "layers"));
  return manifest;
}

Result<Index> parse_index(std::string_view bytes) {
  Json json = TRY(parse_document(bytes, "an index"));
  Index index;
  TRY(read_common(json, index, k_index_type));
  if (!is_index_type(index.media_type))
    return fail(ErrorCode::corrupt,
                fmt::format("'{}' is not an index's type", printable(index.media_type)));
  if (json.find("layers") != nullptr || json.find("config") != nullptr)
    return fail(ErrorCode::corrupt, "an index that also is a manifest");
  index.manifests = TRY(read_list(json, "manifests"));
  return index;
}

}  // namespace kiln::oci

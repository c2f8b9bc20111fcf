// SPDX-License-Identifier: Apache-2.0
#include "oci/descriptor.hpp"

#include "base/strings.hpp"
#include "oci/media_types.hpp"

#include <fmt/format.h>

namespace kiln::oci {

namespace {

Result<model::Platform> platform_from_json(const Json& json) {
  model::Platform platform;
  platform.os = TRY(json.get_string("os"));
  platform.architecture = TRY(json.get_string("architecture"));
  platform.variant = TRY(json.get_string_or("variant", ""));
  if (platform.architecture == "arm64" && platform.variant == "v8") platform.variant.clear();
  return platform;
}

Result<Digest> digest_from(const std::string& text) {
  if (text.starts_with("sha512:") || text.starts_with("blake3:"))
    return fail(ErrorCode::unsupported,
                fmt::format("digest '{}' is not SHA-256", printable(text, 40)),
                "copy the image to a registry that uses sha256 digests");
  return Digest::parse(text);
}

}  // namespace

Descriptor describe(std::string_view media_type, std::string_view bytes) {
  Descriptor descriptor;
  descriptor.media_type = media_type;
  descriptor.digest = sha256(bytes);
  descriptor.size = bytes.size();
  return descriptor;
}

Descriptor empty_descriptor() {
  Descriptor descriptor = describe(k_empty_type, "{}");
  descriptor.data = "{}";
  return descriptor;
}

std::string written_variant(const model::Platform& platform) {
  return platform.variant.empty() && platform.architecture == "arm64" ? "v8" : platform.variant;
}

Json to_json(const model::Platform& platform) {
  Json json = Json::object({{"architecture", platform.architecture}, {"os", platform.os}});
  if (std::string variant = written_variant(platform); !variant.empty()) json["variant"] = variant;
  return json;
}

Json to_json(const Descriptor& descriptor) {
  Json json = Json::object({{"mediaType", descriptor.media_type},
                            {"digest", descriptor.digest.str()},
                            {"size", descriptor.size}});
  if (!descriptor.artifact_type.empty()) json["artifactType"] = descriptor.artifact_type;
  if (descriptor.platform) json["platform"] = to_json(*descriptor.platform);
  if (!descriptor.annotations.empty())
    json["annotations"] = Json::object_of(descriptor.annotations);
  if (!descriptor.data.empty()) json["data"] = to_base64(descriptor.data);
  return json;
}

Result<Descriptor> descriptor_from_json(const Json& json) {
  Descriptor descriptor;
  descriptor.media_type = TRY(json.get_string("mediaType"));
  std::string digest = TRY(json.get_string("digest"));
  descriptor.digest = TRY(digest_from(digest));
  int64_t size = TRY(json.get_int("size"));
  if (size < 0) return fail(ErrorCode::corrupt, fmt::format("a descriptor's size is {}", size));
  descriptor.size = static_cast<uint64_t>(size);
  descriptor.artifact_type = TRY(json.get_string_or("artifactType", ""));
  descriptor.annotations = TRY(json.get_string_map_or_empty("annotations"));
  const Json* platform = json.find("platform");
  if (platform != nullptr && !platform->is_null())
    descriptor.platform = TRY_CONTEXT(platform_from_json(*platform), "reading a platform");
  std::string data = TRY(json.get_string_or("data", ""));
  descriptor.data = TRY(from_base64(data));
  if (!descriptor.data.empty() &&
      (descriptor.data.size() != descriptor.size || sha256(descriptor.data) != descriptor.digest))
    return fail(ErrorCode::unverified, fmt::format("the data embedded in the descriptor of {} are "
                                                   "not what its digest and size say",
                                                   descriptor.digest.str()));
  return descriptor;
}

}  // namespace kiln::oci

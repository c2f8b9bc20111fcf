// SPDX-License-Identifier: Apache-2.0
//
// Record kind "built", key the plan's digest in hexadecimal: canonical JSON
//   {"format": 1, "kiln": version, "platform": text, "config": text, "manifest": text,
//    "layers": [{diff_id, tar_size, digest, size, media_type, title, packages}], "report": {...}}
// Another version of Kiln does not take it: what a version would do differently must be done.
#include "cli/built.hpp"

#include <algorithm>

namespace kiln::cli {

namespace {

constexpr std::string_view k_kind = "built";
constexpr int k_format = 1;

Json layer_json(const image::Layer& layer) {
  return Json::object({{"diff_id", layer.diff_id.str()},
                       {"tar_size", layer.tar_size},
                       {"digest", layer.digest.str()},
                       {"size", layer.size},
                       {"media_type", layer.media_type},
                       {"title", layer.title},
                       {"packages", Json::array_of(layer.packages)}});
}

Result<Digest> digest_member(const Json& json, std::string_view name) {
  std::string text = TRY(json.get_string(name));
  return Digest::parse(text);
}

Result<image::Layer> layer_from_json(const Json& json) {
  image::Layer layer;
  layer.diff_id = TRY(digest_member(json, "diff_id"));
  layer.tar_size = static_cast<uint64_t>(TRY(json.get_int("tar_size")));
  layer.digest = TRY(digest_member(json, "digest"));
  layer.size = static_cast<uint64_t>(TRY(json.get_int("size")));
  layer.media_type = TRY(json.get_string("media_type"));
  layer.title = TRY(json.get_string("title"));
  layer.packages = TRY(json.get_strings("packages"));
  return layer;
}

Result<Built> built_from_json(const Json& json) {
  Built built;
  image::Image& image = built.image;
  std::string platform = TRY(json.get_string("platform"));
  image.platform = TRY(model::Platform::parse(platform));
  image.config = TRY(json.get_string("config"));
  image.manifest = TRY(json.get_string("manifest"));
  image.config_digest = sha256(image.config);
  image.manifest_digest = sha256(image.manifest);
  for (const Json& layer : *TRY(json.get_array("layers"))) {
    image.layers.push_back(TRY(layer_from_json(layer)));
    image.compressed_size += image.layers.back().size;
    image.unpacked_size += image.layers.back().tar_size;
  }
  const Json* report = TRY(json.get_object("report"));
  built.report = TRY(report_from_json(*report));
  return built;
}

}  // namespace

std::optional<Built> find_built(Store& store, const Digest& plan) {
  std::shared_ptr<const Record> record = store.cached(k_kind, plan.hex());
  if (!record) return std::nullopt;
  Result<Json> json = parse_json(record->bytes());
  if (!json || json->get_int_or("format", 0).value_or(0) != k_format ||
      json->get_string_or("kiln", "").value_or("") != KILN_VERSION)
    return std::nullopt;
  Result<Built> built = built_from_json(*json);
  if (!built) return std::nullopt;
  built->image.plan_digest = plan;
  bool whole = std::all_of(built->image.layers.begin(), built->image.layers.end(),
                           [&](const image::Layer& l) { return store.has(l.digest); });
  return whole ? std::optional<Built>(std::move(*built)) : std::nullopt;
}

Result<> remember_built(Store& store, const Digest& plan, const Built& built) {
  Json json = Json::object({{"format", k_format},
                            {"kiln", KILN_VERSION},
                            {"platform", built.image.platform.str()},
                            {"config", built.image.config},
                            {"manifest", built.image.manifest},
                            {"layers", Json::array()},
                            {"report", to_json(built.report)}});
  for (const image::Layer& layer : built.image.layers) json["layers"].push_back(layer_json(layer));
  return store.cache(k_kind, plan.hex(), canonical(json));
}

}  // namespace kiln::cli

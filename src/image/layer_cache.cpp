// SPDX-License-Identifier: Apache-2.0
#include "image/layer_cache.hpp"

#include "data/json.hpp"

namespace kiln::image {

namespace {

constexpr std::string_view k_kind = "layer";
constexpr int k_format = 1;

std::string key_of(const Digest& recipe, const Encoder& encoder) {
  return sha256(recipe.str() + "\n" + encoder.name).hex();
}

Result<PressedLayer> read_record(std::string_view bytes) {
  Json json = TRY(parse_json(bytes));
  if (TRY(json.get_int("format")) != k_format)
    return fail(ErrorCode::unsupported, "a layer record of another format");
  std::string diff_id = TRY(json.get_string("diff_id"));
  std::string digest = TRY(json.get_string("digest"));
  PressedLayer layer;
  layer.diff_id = TRY(Digest::parse(diff_id));
  layer.digest = TRY(Digest::parse(digest));
  layer.size = static_cast<uint64_t>(TRY(json.get_int("size")));
  layer.tar_size = static_cast<uint64_t>(TRY(json.get_int("tar_size")));
  return layer;
}

}  // namespace

std::optional<PressedLayer> find_layer(Store& store, const Digest& recipe, const Encoder& encoder) {
  std::shared_ptr<const Record> record = store.cached(k_kind, key_of(recipe, encoder));
  if (record == nullptr) return std::nullopt;
  Result<PressedLayer> layer = read_record(record->bytes());
  if (!layer || !store.has(layer->digest)) return std::nullopt;
  return *layer;
}

Result<> remember_layer(Store& store, const Digest& recipe, const Encoder& encoder,
                        const PressedLayer& layer) {
  Json json = Json::object({{"format", k_format},
                            {"diff_id", layer.diff_id.str()},
                            {"digest", layer.digest.str()},
                            {"size", layer.size},
                            {"tar_size", layer.tar_size}});
  return store.cache(k_kind, key_of(recipe, encoder), canonical(json));
}

}  // namespace kiln::image

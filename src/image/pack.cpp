// SPDX-License-Identifier: Apache-2.0
#include "base/time.hpp"
#include "image/config.hpp"
#include "image/image.hpp"
#include "image/layer_cache.hpp"
#include "image/layers.hpp"
#include "image/press.hpp"
#include "oci/manifest.hpp"
#include "oci/media_types.hpp"

namespace kiln::image {

namespace {

// The layers of these recipes: remembered ones from the store, the others made now.
Result<std::vector<PressedLayer>> obtain(const std::vector<Recipe>& recipes, const Encoder& encoder,
                                         World& world, LayerReuse reuse) {
  std::vector<PressedLayer> layers(recipes.size());
  std::vector<const Recipe*> missing;
  std::vector<size_t> places;
  for (size_t i = 0; i < recipes.size(); ++i) {
    std::optional<PressedLayer> known;
    if (reuse == LayerReuse::allowed) known = find_layer(world.store, recipes[i].digest(), encoder);
    if (known) {
      layers[i] = *known;
    } else {
      missing.push_back(&recipes[i]);
      places.push_back(i);
    }
  }
  std::vector<PressedLayer> made = TRY(press_layers(missing, encoder, world));
  for (size_t i = 0; i < made.size(); ++i) {
    layers[places[i]] = made[i];
    TRY(remember_layer(world.store, missing[i]->digest(), encoder, made[i]));
  }
  return layers;
}

Result<std::vector<Layer>> make_layers(const rootfs::Rootfs& rootfs, const plan::Plan& plan,
                                       World& world, LayerReuse reuse) {
  Encoder encoder = TRY(encoder_named(plan.policies.encoder));
  std::vector<LayerGroup> groups = TRY(group_layers(rootfs, plan));
  std::vector<Recipe> recipes;
  for (const LayerGroup& group : groups)
    recipes.push_back(TRY_CONTEXT(Recipe::of(group), "laying out " + group.title));
  std::vector<PressedLayer> pressed = TRY(obtain(recipes, encoder, world, reuse));
  std::vector<Layer> layers;
  for (size_t i = 0; i < groups.size(); ++i) {
    Layer layer;
    layer.diff_id = pressed[i].diff_id;
    layer.tar_size = pressed[i].tar_size;
    layer.digest = pressed[i].digest;
    layer.size = pressed[i].size;
    layer.media_type = encoder.media_type;
    layer.title = std::move(groups[i].title);
    layer.packages = std::move(groups[i].packages);
    layers.push_back(std::move(layer));
  }
  return layers;
}

oci::Descriptor descriptor_of(const Layer& layer) {
  oci::Descriptor descriptor;
  descriptor.media_type = layer.media_type;
  descriptor.digest = layer.digest;
  descriptor.size = layer.size;
  return descriptor;
}

}  // namespace

Result<Image> pack(const rootfs::Rootfs& rootfs, const plan::Plan& plan, World& world,
                   LayerReuse reuse) {
  world.progress.phase("packing layers");
  Result<std::vector<Layer>> layers = make_layers(rootfs, plan, world, reuse);
  world.progress.finish();
  Image image;
  image.layers = TRY(std::move(layers));
  image.platform = plan.platform;
  image.plan_digest = plan::digest_of(plan);
  image.config = oci::encode(make_config(rootfs, plan, image.layers));

  oci::Manifest manifest;
  manifest.config = oci::describe(oci::k_config_type, image.config);
  manifest.annotations = make_annotations(rootfs, plan, image.plan_digest);
  for (const Layer& layer : image.layers) {
    manifest.layers.push_back(descriptor_of(layer));
    image.compressed_size += layer.size;
    image.unpacked_size += layer.tar_size;
  }
  image.manifest = oci::encode(manifest);
  image.config_digest = manifest.config.digest;
  image.manifest_digest = sha256(image.manifest);
  return image;
}

}  // namespace kiln::image

// SPDX-License-Identifier: Apache-2.0
#include "evidence/signing/tagged.hpp"

#include "evidence/signing/objects.hpp"
#include "oci/media_types.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::signing {

namespace {

constexpr size_t k_most_layers = 1000;

bool contains(const std::vector<oci::Descriptor>& layers, const oci::Descriptor& layer) {
  return std::ranges::find(layers, layer) != layers.end();
}

Result<oci::Manifest> manifest_of(const SignedObjects& made, const SignedObject& object) {
  std::string bytes = TRY(made.content.bytes(object.descriptor.digest));
  return oci::parse_manifest(bytes);
}

// Config and manifest are written anew; those of one signing alone are no longer wanted.
void rewrite(SignedObjects& made, SignedObject& object, oci::Manifest manifest) {
  made.content.remove_blob(object.descriptor.digest);
  made.content.remove_blob(manifest.config.digest);
  manifest.config =
      made.content.add(manifest.config.media_type, layers_config_text(manifest.layers));
  oci::Descriptor written = made.content.add(oci::k_manifest_type, oci::encode(manifest));
  object.descriptor.digest = written.digest;
  object.descriptor.size = written.size;
  object.descriptor.annotations = manifest.annotations;
}

}  // namespace

Result<> keep_what_tags_hold(SignedObjects& made, const ReadTagged& read) {
  for (SignedObject& object : made.objects) {
    if (object.tag.empty()) continue;
    std::optional<oci::Manifest> present =
        TRY_CONTEXT(read(object.tag), fmt::format("reading the tag {}", object.tag));
    if (!present) continue;
    oci::Manifest manifest = TRY(manifest_of(made, object));
    std::vector<oci::Descriptor> layers = present->layers;
    for (oci::Descriptor& layer : manifest.layers)
      if (!contains(layers, layer)) layers.push_back(std::move(layer));
    if (layers.size() > k_most_layers)
      return fail(ErrorCode::limit, fmt::format("the tag {} would hold more than {} signatures",
                                                object.tag, k_most_layers));
    manifest.layers = std::move(layers);
    manifest.annotations.insert(present->annotations.begin(), present->annotations.end());
    rewrite(made, object, std::move(manifest));
  }
  return {};
}

Result<bool> tags_hold(const SignedObjects& made, const ReadTagged& read) {
  for (const SignedObject& object : made.objects) {
    if (object.tag.empty()) continue;
    std::optional<oci::Manifest> present =
        TRY_CONTEXT(read(object.tag), fmt::format("reading the tag {}", object.tag));
    oci::Manifest manifest = TRY(manifest_of(made, object));
    bool all = present && std::ranges::all_of(manifest.layers, [&](const oci::Descriptor& layer) {
                 return contains(present->layers, layer);
               });
    if (!all) return false;
  }
  return true;
}

}  // namespace kiln::signing

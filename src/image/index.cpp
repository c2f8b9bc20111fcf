// SPDX-License-Identifier: Apache-2.0
#include "image/index.hpp"

#include "model/namespace.hpp"
#include "oci/artifact.hpp"
#include "oci/media_types.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::image {

namespace {

constexpr uint64_t k_max_lock_size = 64U << 20;

Result<std::vector<const Image*>> by_platform(std::span<const Image> images) {
  std::vector<const Image*> ordered;
  for (const Image& image : images) ordered.push_back(&image);
  std::ranges::sort(ordered, {}, [](const Image* image) { return image->platform; });
  if (ordered.empty()) return fail(ErrorCode::bad_input, "an index needs at least one image");
  for (size_t i = 1; i < ordered.size(); ++i)
    if (ordered[i]->platform == ordered[i - 1]->platform)
      return fail(ErrorCode::bad_input,
                  fmt::format("two images are for {}", ordered[i]->platform.str()));
  return ordered;
}

void add_layers(oci::Content& content, const Image& image, const Store& store) {
  for (const Layer& layer : image.layers)
    content.add_file(layer.digest, layer.size, store.path_of(layer.digest));
}

// What every manifest says alike; and the newest of their times, which differ.
Result<oci::Annotations> shared_annotations(const std::vector<const Image*>& images) {
  oci::Annotations shared;
  std::string newest;
  for (const Image* image : images) {
    oci::Annotations own = TRY(oci::parse_manifest(image->manifest)).annotations;
    newest = std::max(newest, own[std::string(oci::k_created)]);
    if (image == images.front()) shared = own;
    std::erase_if(shared, [&](const auto& annotation) {
      auto found = own.find(annotation.first);
      return found == own.end() || found->second != annotation.second;
    });
  }
  if (!newest.empty()) shared[std::string(oci::k_created)] = newest;
  return shared;
}

}  // namespace

std::string lock_type() {
  return fmt::format("application/vnd.{}.lock.v1+json", model::k_namespace);
}

Result<Assembly> assemble(std::span<const Image> images, std::span<const std::string> tags,
                          const Store& store, const std::string& repository) {
  std::vector<const Image*> ordered = TRY(by_platform(images));
  Assembly assembly;
  oci::Index index;
  index.annotations = TRY(shared_annotations(ordered));
  for (const Image* image : ordered) {
    add_layers(assembly.content, *image, store);
    assembly.content.add(oci::k_config_type, image->config);
    oci::Descriptor manifest = assembly.content.add(oci::k_manifest_type, image->manifest);
    manifest.platform = image->platform;
    index.manifests.push_back(manifest);
  }
  assembly.manifests = index.manifests;
  assembly.index = assembly.content.add(oci::k_index_type, oci::encode(index));
  if (tags.empty()) assembly.content.list(assembly.index);
  for (const std::string& tag : tags) {
    oci::Descriptor entry = assembly.index;
    if (!repository.empty())
      entry.annotations[std::string(oci::k_image_name)] = fmt::format("{}:{}", repository, tag);
    assembly.content.list(std::move(entry), tag);
  }
  return assembly;
}

void attach_lock(Assembly& assembly, std::string lock) {
  oci::attach(assembly.content, assembly.index, lock_type(), lock_type(), std::move(lock));
}

Result<std::optional<std::string>> find_lock(const oci::ImageReader& reader,
                                             const oci::Descriptor& index) {
  std::vector<oci::Artifact> locks = TRY(oci::find_artifacts(reader, index.digest, lock_type()));
  if (locks.empty())
    if (std::optional<oci::Descriptor> original = TRY(oci::original_index(reader, index)))
      locks = TRY(oci::find_artifacts(reader, original->digest, lock_type()));
  if (locks.empty()) return std::nullopt;
  if (locks.front().manifest.layers.size() != 1)
    return fail(ErrorCode::corrupt, "the manifest of a lock does not have exactly one layer");
  return TRY(reader.bytes(locks.front().manifest.layers.front(), k_max_lock_size));
}

}  // namespace kiln::image

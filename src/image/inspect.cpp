// SPDX-License-Identifier: Apache-2.0
#include "image/inspect.hpp"

#include "base/read_ahead.hpp"
#include "base/strings.hpp"

#include <fmt/format.h>

namespace kiln::image {

namespace {

constexpr uint64_t k_max_unpacked = uint64_t{64} << 30;
constexpr std::string_view k_packages = "kiln packages: ";
constexpr std::string_view k_definition = "kiln definition";

// Hashes and counts what is read through it.
class HashingSource final : public Source {
 public:
  explicit HashingSource(Source& from) : from_(from) {}
  Result<size_t> read(char* buffer, size_t size) override {
    size_t got = TRY(from_.read(buffer, size));
    hash_.update({buffer, got});
    size_ += got;
    return got;
  }
  Digest finish() { return hash_.finish(); }
  uint64_t size() const { return size_; }

 private:
  Source& from_;
  Sha256 hash_;
  uint64_t size_ = 0;
};

Result<LayerView> apply_layer(const oci::ImageReader& reader, const oci::Descriptor& descriptor,
                              const Digest& diff_id, uint64_t limit, FileTree& tree) {
  std::unique_ptr<Source> tar = TRY(reader.open_layer(descriptor, limit));
  ReadAhead unpacked(*tar);
  HashingSource source(unpacked);
  TRY(tree.apply(source));
  LayerView layer;
  layer.digest = descriptor.digest;
  layer.diff_id = source.finish();
  layer.media_type = descriptor.media_type;
  layer.size = descriptor.size;
  layer.tar_size = source.size();
  if (layer.diff_id != diff_id)
    return fail(ErrorCode::unverified,
                fmt::format("layer {} unpacks to {} instead of the diff id {} of the config",
                            layer.digest.str(), layer.diff_id.str(), diff_id.str()));
  return layer;
}

// Each layer's entry of the history, in the order of layers.
void add_history(const oci::ImageConfig& config, std::vector<LayerView>& layers) {
  size_t layer = 0;
  for (const oci::History& entry : config.history)
    if (!entry.empty_layer && layer < layers.size()) layers[layer++].created_by = entry.created_by;
}

// What a layer's history says of all its files, in images of Kiln.
std::string_view owner_by_layer(const LayerView& layer) {
  std::string_view by = layer.created_by;
  if (by == k_definition) return "definition";
  bool one = by.starts_with(k_packages) && by.find(' ', k_packages.size()) == by.npos;
  return one ? by.substr(k_packages.size()) : std::string_view{};
}

Result<> find_owners(ImageView& view) {
  view.owners = claimed_files(view.tree);
  for (const auto& [path, file] : view.tree.files()) {
    LayerView& layer = view.layers[file.layer];
    ++layer.files;
    std::string_view owner = owner_by_layer(layer);
    if (!owner.empty() && file.type != model::FileType::directory)
      view.owners.insert_or_assign(path, std::string(owner));
  }
  return {};
}

}  // namespace

Result<ImageView> inspect(const oci::ImageReader& reader, const oci::ListedImage& image,
                          FileHashes hashes) {
  const std::vector<oci::Descriptor>& descriptors = image.manifest.layers;
  if (descriptors.size() != image.config.diff_ids.size())
    return fail(ErrorCode::corrupt,
                fmt::format("the manifest lists {} layers and the config {} diff ids",
                            descriptors.size(), image.config.diff_ids.size()));
  ImageView view;
  view.tree = FileTree(hashes);
  view.image = image;
  for (size_t i = 0; i < descriptors.size(); ++i) {
    uint64_t limit = k_max_unpacked - view.unpacked_size;
    LayerView layer =
        TRY_CONTEXT(apply_layer(reader, descriptors[i], image.config.diff_ids[i], limit, view.tree),
                    fmt::format("reading layer {}", descriptors[i].digest.str()));
    view.compressed_size += layer.size;
    view.unpacked_size += layer.tar_size;
    view.layers.push_back(std::move(layer));
  }
  add_history(image.config, view.layers);
  view.packages = TRY(installed_packages(view.tree));
  TRY(find_owners(view));
  return view;
}

}  // namespace kiln::image

// SPDX-License-Identifier: Apache-2.0
#include "evidence/verification/parts.hpp"

#include "base/strings.hpp"
#include "oci/media_types.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace kiln::verification {

namespace {

constexpr const char* k_reference_type = "vnd.docker.reference.type";
constexpr const char* k_reference_digest = "vnd.docker.reference.digest";

// Signatures under tags look like images, but for their layers.
bool is_evidence(const oci::ListedImage& image) {
  const std::vector<oci::Descriptor>& layers = image.manifest.layers;
  return !layers.empty() && std::ranges::none_of(layers, [](const oci::Descriptor& layer) {
    return oci::is_layer_type(layer.media_type);
  });
}

bool is_selected(const oci::ListedImage& image, const std::string& selected) {
  return selected.empty() || image.tag == selected || image.root.digest.str() == selected ||
         image.descriptor.digest.str() == selected;
}

// Some tools list the manifests of an index beside it.
void remove_parts_of_others(std::vector<oci::ListedImage>& all) {
  std::set<Digest> in_index;
  for (const oci::ListedImage& image : all)
    if (image.root.digest != image.descriptor.digest) in_index.insert(image.descriptor.digest);
  std::erase_if(all, [&](const oci::ListedImage& image) {
    return image.root.digest == image.descriptor.digest && image.tag.empty() &&
           in_index.contains(image.descriptor.digest);
  });
}

std::string names_of(const std::vector<oci::ListedImage>& images) {
  std::set<std::string> names;
  for (const oci::ListedImage& image : images)
    names.insert(image.tag.empty() ? image.root.digest.str() : image.tag);
  return join(std::vector<std::string>(names.begin(), names.end()), ", ");
}

// The images of the one root that was selected.
Result<std::vector<oci::ListedImage>> select_root(const std::vector<oci::ListedImage>& all,
                                                  const std::string& selected) {
  std::vector<oci::ListedImage> found;
  bool several = false;
  for (const oci::ListedImage& image : all) {
    if (!is_selected(image, selected)) continue;
    // The same image under another tag is no other image.
    bool same_root = found.empty() || found[0].root.digest == image.root.digest;
    if (same_root && !found.empty() && found[0].tag != image.tag) continue;
    several |= !same_root;
    found.push_back(image);
  }
  if (all.empty()) return fail(ErrorCode::not_found, "there is no image in it");
  if (found.empty())
    return fail(ErrorCode::not_found, fmt::format("no image is called {}", printable(selected)),
                fmt::format("there are: {}", names_of(all)));
  if (several)
    return fail(ErrorCode::not_found, "there is more than one image in it",
                fmt::format("name one with --image: {}", names_of(all)));
  return found;
}

Result<> select_platform(const Selection& selection, ImageParts& parts) {
  if (!selection.platform) return {};
  size_t before = parts.images.size();
  std::string all;
  for (const oci::ListedImage& image : parts.images)
    all += (all.empty() ? "" : ", ") + image.config.platform.str();
  std::erase_if(parts.images, [&](const oci::ListedImage& image) {
    return image.config.platform != *selection.platform;
  });
  if (parts.images.empty())
    return fail(ErrorCode::not_found,
                fmt::format("no image there is for {}", selection.platform->str()),
                fmt::format("name one of its platforms: {}", all));
  parts.left_out = before - parts.images.size();
  return {};
}

Result<> read_attestations(const oci::ImageReader& reader, ImageParts& parts) {
  std::string bytes = TRY(reader.bytes(parts.root));
  oci::Index index = TRY(oci::parse_index(bytes));
  for (const oci::Descriptor& entry : index.manifests) {
    auto type = entry.annotations.find(k_reference_type);
    auto about = entry.annotations.find(k_reference_digest);
    if (type == entry.annotations.end() || type->second != "attestation-manifest" ||
        about == entry.annotations.end())
      continue;
    Digest digest = TRY(Digest::parse(about->second));
    bool of_ours = std::ranges::any_of(
        parts.images, [&](const auto& image) { return image.descriptor.digest == digest; });
    if (!of_ours) continue;
    std::string manifest = TRY(reader.bytes(entry));
    parts.attestations.push_back({entry, TRY(oci::parse_manifest(manifest)), digest});
  }
  return {};
}

}  // namespace

std::string ImageParts::name_of(const Digest& digest) const {
  for (const oci::ListedImage& image : images)
    if (image.descriptor.digest == digest) return image.config.platform.str();
  if (digest == root.digest) return "index";
  if (digest == original) return "index without attestations";
  for (const AttestationManifest& attestation : attestations)
    if (attestation.descriptor.digest == digest)
      return "attestations of " + name_of(attestation.about);
  return digest.str();
}

const oci::Descriptor* ImageParts::descriptor_of(const Digest& digest) const {
  if (digest == root.digest) return &root;
  for (const oci::ListedImage& image : images)
    if (image.descriptor.digest == digest) return &image.descriptor;
  for (const AttestationManifest& attestation : attestations)
    if (attestation.descriptor.digest == digest) return &attestation.descriptor;
  return nullptr;
}

Result<ImageParts> read_parts(const oci::ImageReader& reader, const Selection& selection) {
  std::vector<oci::ListedImage> all = TRY(oci::list_images(reader));
  std::erase_if(all, is_evidence);
  if (selection.image.empty()) remove_parts_of_others(all);
  ImageParts parts;
  parts.images = TRY(select_root(all, selection.image));
  parts.root = parts.images[0].root;
  parts.tag = parts.images[0].tag;
  TRY(select_platform(selection, parts));
  if (!oci::is_index_type(parts.root.media_type)) return parts;
  TRY(read_attestations(reader, parts));
  if (std::optional<oci::Descriptor> original = TRY(oci::original_index(reader, parts.root)))
    parts.original = original->digest;
  return parts;
}

}  // namespace kiln::verification

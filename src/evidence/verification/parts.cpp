// SPDX-License-Identifier: Apache-2.0
#include "evidence/verification/parts.hpp"

#include "base/strings.hpp"
#include "oci/media_types.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include <fmt/format.h>

namespace kiln::verification {

namespace {

constexpr const char* k_reference_type = "vnd.docker.reference.type";
constexpr const char* k_reference_digest = "vnd.docker.reference.digest";
constexpr size_t k_most_strangers = 1000;

// Signatures under tags look like images, but for their layers.
bool is_evidence(const oci::ListedImage& image) {
  const std::vector<oci::Descriptor>& layers = image.manifest.layers;
  return !layers.empty() && std::ranges::none_of(layers, [](const oci::Descriptor& layer) {
    return oci::is_layer_type(layer.media_type);
  });
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

// The images of the one root that was selected.
Result<std::vector<oci::ListedImage>> select_root(const std::vector<oci::ListedImage>& all,
                                                  const std::string& selected) {
  std::vector<oci::ListedImage> found;
  bool several = false;
  for (const oci::ListedImage& image : all) {
    if (!selected.empty() && !oci::is_called(image, selected)) continue;
    // The same image under another name is no other image.
    bool same_root = found.empty() || found[0].root.digest == image.root.digest;
    if (same_root && !found.empty() && found[0].root != image.root) continue;
    several |= !same_root;
    found.push_back(image);
  }
  if (all.empty()) return fail(ErrorCode::not_found, "there is no image in it");
  if (found.empty())
    return fail(ErrorCode::not_found, fmt::format("no image is called {}", printable(selected)),
                fmt::format("there are: {}", oci::names_of(all)));
  if (several)
    return fail(ErrorCode::not_found,
                selected.empty()
                    ? std::string("there is more than one image in it")
                    : fmt::format("more than one image is called {}", printable(selected)),
                fmt::format("name one with --image: {}", oci::names_of(all)));
  return found;
}

// By which names the place lists a root: whole ones where it has them, else tags.
std::vector<std::string> names_of_root(const std::vector<oci::ListedImage>& all,
                                       const Digest& root) {
  std::vector<std::string> names;
  for (const oci::ListedImage& image : all) {
    if (image.root.digest != root) continue;
    auto whole = image.root.annotations.find(std::string(oci::k_image_name));
    const std::string& name = whole == image.root.annotations.end() ? image.tag : whole->second;
    if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return names;
}

Result<> select_platform(const Selection& selection, ImageParts& parts) {
  if (!selection.platform) return {};
  size_t before = parts.images.size();
  std::string all;
  for (const oci::ListedImage& image : parts.images)
    all += (all.empty() ? "" : ", ") + image.config.platform.str();
  // Clients choose by what the index says, which check_index() holds against the config.
  auto may_be_meant = [&](const oci::ListedImage& image) {
    const std::optional<model::Platform>& listed = image.descriptor.platform;
    return is_same_machine(image.config.platform, *selection.platform) ||
           (listed && is_same_machine(*listed, *selection.platform));
  };
  std::erase_if(parts.images, std::not_fn(may_be_meant));
  if (parts.images.empty())
    return fail(ErrorCode::not_found,
                fmt::format("no image there is for {}", selection.platform->str()),
                fmt::format("name one of its platforms: {}", all));
  parts.left_out = before - parts.images.size();
  return {};
}

std::string describe(const oci::Descriptor& entry) {
  std::string text = entry.platform ? entry.platform->str() : std::string("no platform");
  text += ", " + entry.media_type;
  if (!entry.artifact_type.empty()) text += ", artifact type " + entry.artifact_type;
  return printable(text, 300);
}

bool lists(const oci::Index& index, std::string_view digest) {
  return std::ranges::any_of(
      index.manifests, [&](const oci::Descriptor& entry) { return entry.digest.str() == digest; });
}

// The manifest that an entry says to hold BuildKit's attestations of; null for any other entry.
const std::string* attested_by(const oci::Descriptor& entry) {
  auto type = entry.annotations.find(k_reference_type);
  auto about = entry.annotations.find(k_reference_digest);
  bool is_it = type != entry.annotations.end() && type->second == "attestation-manifest" &&
               about != entry.annotations.end();
  return is_it ? &about->second : nullptr;
}

// BuildKit's attestations are of no platform, and about a manifest beside them.
bool is_attestation(const oci::Descriptor& entry, const oci::Index& index) {
  const std::string* about = attested_by(entry);
  return about != nullptr && lists(index, *about) && oci::is_for_no_platform(entry);
}

// Goes through an index and those in it, each once.
class StrangerSearch {
 public:
  StrangerSearch(const oci::ImageReader& reader, ImageParts& parts)
      : reader_(reader), parts_(parts) {}

  Result<> look_through(const oci::Descriptor& root) {
    if (!seen_.insert(root.digest).second) return {};
    std::string bytes = TRY(reader_.bytes(root));
    oci::Index index = TRY(oci::parse_index(bytes));
    for (const oci::Descriptor& entry : index.manifests) {
      bool is_image = std::ranges::any_of(
          parts_.images, [&](const oci::ListedImage& image) { return image.descriptor == entry; });
      if (is_image || is_attestation(entry, index)) continue;
      if (oci::is_followed_index(entry))
        TRY(look_through(entry));
      else
        parts_.strangers.push_back({entry.digest, describe(entry)});
      if (parts_.strangers.size() > k_most_strangers)
        return fail(ErrorCode::limit, fmt::format("more than {} entries of the index are no images",
                                                  k_most_strangers));
    }
    return {};
  }

 private:
  const oci::ImageReader& reader_;
  ImageParts& parts_;
  std::set<Digest> seen_;
};

Result<> read_attestations(const oci::ImageReader& reader, ImageParts& parts) {
  std::string bytes = TRY(reader.bytes(parts.root));
  oci::Index index = TRY(oci::parse_index(bytes));
  for (const oci::Descriptor& entry : index.manifests) {
    const std::string* about = attested_by(entry);
    if (about == nullptr) continue;
    Digest digest = TRY(Digest::parse(*about));
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

bool is_same_machine(const model::Platform& one, const model::Platform& other) {
  bool same_variant = one.variant.empty() || other.variant.empty() || one.variant == other.variant;
  return one.os == other.os && one.architecture == other.architecture && same_variant;
}

Result<ImageParts> read_parts(const oci::ImageReader& reader, const Selection& selection) {
  std::vector<oci::ListedImage> all = TRY(oci::list_images(reader));
  std::erase_if(all, is_evidence);
  if (selection.image.empty()) remove_parts_of_others(all);
  ImageParts parts;
  parts.images = TRY(select_root(all, selection.image));
  parts.root = parts.images[0].root;
  parts.tag = parts.images[0].tag;
  parts.names = names_of_root(all, parts.root.digest);
  if (oci::is_index_type(parts.root.media_type))
    TRY(StrangerSearch(reader, parts).look_through(parts.root));
  TRY(select_platform(selection, parts));
  if (!oci::is_index_type(parts.root.media_type)) return parts;
  TRY(read_attestations(reader, parts));
  if (std::optional<oci::Descriptor> original = TRY(oci::original_index(reader, parts.root)))
    parts.original = original->digest;
  return parts;
}

}  // namespace kiln::verification

// SPDX-License-Identifier: Apache-2.0
//
// Which images an index leads to. Indexes may nest; a runnable image is a manifest with an image
// config that is not marked as an attestation.
#include "oci/artifact.hpp"
#include "oci/media_types.hpp"
#include "oci/reader.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::oci {

namespace {

constexpr size_t k_max_depth = 4;
constexpr size_t k_max_images = 1000;

bool is_attestation(const Descriptor& descriptor) {
  return (descriptor.platform && descriptor.platform->os == "unknown") ||
         descriptor.annotations.contains("vnd.docker.reference.type");
}

bool is_evidence(const Descriptor& entry) {
  auto tag = entry.annotations.find(std::string(k_ref_name));
  return tag != entry.annotations.end() && is_evidence_tag(tag->second);
}

class Lister {
 public:
  explicit Lister(const ImageReader& reader) : reader_(reader) {}

  Result<> list(const Descriptor& entry, const Descriptor& root, size_t depth) {
    if (is_attestation(entry)) return {};
    if (is_index_type(entry.media_type)) return list_index(entry, root, depth);
    if (is_manifest_type(entry.media_type) && entry.artifact_type.empty())
      return list_manifest(entry, root);
    return {};
  }

  std::vector<ListedImage> take() { return std::move(images_); }

 private:
  Result<> list_index(const Descriptor& entry, const Descriptor& root, size_t depth) {
    if (depth == k_max_depth) return fail(ErrorCode::limit, "indexes are nested too deeply");
    std::string bytes = TRY(reader_.bytes(entry));
    Index index = TRY(parse_index(bytes));
    for (const Descriptor& inner : index.manifests) TRY(list(inner, root, depth + 1));
    return {};
  }

  Result<> list_manifest(const Descriptor& entry, const Descriptor& root) {
    std::string bytes = TRY(reader_.bytes(entry));
    ListedImage image;
    image.manifest = TRY(parse_manifest(bytes));
    if (!is_config_type(image.manifest.config.media_type)) return {};
    // Old attestations look like images, but say what they are about.
    if (entry == root && image.manifest.subject) return {};
    if (++looked_at_ > k_max_images) return fail(ErrorCode::limit, "more than 1000 images");
    image.descriptor = entry;
    image.root = root;
    if (auto tag = root.annotations.find(std::string(k_ref_name)); tag != root.annotations.end())
      image.tag = tag->second;
    image.config_bytes = TRY(reader_.bytes(image.manifest.config));
    image.config = TRY(parse_config(image.config_bytes));
    images_.push_back(std::move(image));
    return {};
  }

  const ImageReader& reader_;
  std::vector<ListedImage> images_;
  size_t looked_at_ = 0;
};

std::vector<Digest> images_in(const Index& index) {
  std::vector<Digest> images;
  for (const Descriptor& entry : index.manifests)
    if (!is_attestation(entry)) images.push_back(entry.digest);
  return images;
}

// What an index has as its subject, when that is an index, too.
Result<std::optional<Descriptor>> index_subject(const ImageReader& reader, const Descriptor& entry,
                                                Index& index) {
  if (!is_index_type(entry.media_type)) return std::nullopt;
  std::string bytes = TRY(reader.bytes(entry));
  index = TRY(parse_index(bytes));
  if (!index.subject || !is_index_type(index.subject->media_type)) return std::nullopt;
  return index.subject;
}

std::string platforms_of(const std::vector<ListedImage>& images) {
  std::string text;
  for (const ListedImage& image : images)
    text += (text.empty() ? "" : ", ") + image.config.platform.str();
  return text;
}

}  // namespace

Result<std::optional<Descriptor>> original_index(const ImageReader& reader,
                                                 const Descriptor& index) {
  Index attested;
  std::optional<Descriptor> subject = TRY(index_subject(reader, index, attested));
  if (!subject) return std::nullopt;
  Result<std::string> bytes = reader.bytes(*subject);
  // A subject may be gone (image-spec, "subject").
  if (!bytes && bytes.error().code == ErrorCode::not_found) return std::nullopt;
  std::string text = TRY(std::move(bytes));
  Index original = TRY(parse_index(text));
  return images_in(original) == images_in(attested) ? subject : std::nullopt;
}

Result<bool> is_about_listed_index(const ImageReader& reader, const Descriptor& index) {
  Index attested;
  std::optional<Descriptor> subject = TRY(index_subject(reader, index, attested));
  return subject && std::ranges::find(reader.index().manifests, subject->digest,
                                      &Descriptor::digest) != reader.index().manifests.end();
}

Result<std::vector<ListedImage>> list_images(const ImageReader& reader) {
  Lister lister(reader);
  for (const Descriptor& entry : reader.index().manifests)
    if (!is_evidence(entry) && !TRY(is_about_listed_index(reader, entry)))
      TRY_CONTEXT(lister.list(entry, entry, 0), fmt::format("reading {}", entry.digest.str()));
  return lister.take();
}

Result<ListedImage> find_image(const ImageReader& reader,
                               const std::optional<model::Platform>& platform) {
  std::vector<ListedImage> images = TRY(list_images(reader));
  std::vector<const ListedImage*> fitting;
  for (const ListedImage& image : images) {
    bool fits = !platform || image.config.platform == *platform;
    bool again = !fitting.empty() && fitting.back()->descriptor.digest == image.descriptor.digest;
    if (fits && !again) fitting.push_back(&image);
  }
  if (fitting.size() == 1) return *fitting.front();
  if (images.empty()) return fail(ErrorCode::not_found, "there is no image in it");
  return fail(
      ErrorCode::not_found,
      fmt::format("{} there is for {}", fitting.empty() ? "no image" : "more than one image",
                  platform ? platform->str() : "any platform"),
      fmt::format("name one of its platforms: {}", platforms_of(images)));
}

}  // namespace kiln::oci

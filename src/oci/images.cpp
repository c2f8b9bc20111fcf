// SPDX-License-Identifier: Apache-2.0
//
// Which images an index leads to. Indexes may nest; a runnable image is a manifest with an image
// config that is not marked as an attestation.
#include "base/strings.hpp"
#include "oci/artifact.hpp"
#include "oci/media_types.hpp"
#include "oci/reader.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

namespace kiln::oci {

namespace {

constexpr size_t k_max_depth = 4;
constexpr size_t k_max_images = 1000;
constexpr uint64_t k_max_bytes = 512ULL << 20;

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
    if (is_followed_index(entry)) return list_index(entry, root, depth);
    if (is_manifest_type(entry.media_type) && entry.artifact_type.empty())
      return list_manifest(entry, root);
    return {};
  }

  std::vector<ListedImage> take() { return std::move(images_); }

 private:
  Result<> list_index(const Descriptor& entry, const Descriptor& root, size_t depth) {
    if (depth == k_max_depth) return fail(ErrorCode::limit, "indexes are nested too deeply");
    std::string bytes = TRY(take_bytes(entry));
    Index index = TRY(parse_index(bytes));
    for (const Descriptor& inner : index.manifests) TRY(list(inner, root, depth + 1));
    return {};
  }

  Result<> list_manifest(const Descriptor& entry, const Descriptor& root) {
    std::string bytes = TRY(take_bytes(entry));
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
    image.config_bytes = TRY(take_bytes(image.manifest.config));
    image.config = TRY(parse_config(image.config_bytes));
    images_.push_back(std::move(image));
    return {};
  }

  // Documents that list each other many times are read as often.
  Result<std::string> take_bytes(const Descriptor& descriptor) {
    std::string bytes = TRY(reader_.bytes(descriptor));
    bytes_ += bytes.size();
    if (bytes_ > k_max_bytes)
      return fail(ErrorCode::limit, fmt::format("more than {} of indexes, manifests and configs",
                                                human_size(k_max_bytes)));
    return bytes;
  }

  const ImageReader& reader_;
  uint64_t bytes_ = 0;
  std::vector<ListedImage> images_;
  size_t looked_at_ = 0;
};

// All that some client might run.
std::vector<Digest> images_in(const Index& index) {
  std::vector<Digest> images;
  for (const Descriptor& entry : index.manifests)
    if (!is_for_no_platform(entry)) images.push_back(entry.digest);
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

// As containerd and `kiln pull` write it; empty when nobody did.
std::string whole_name(const ListedImage& image) {
  auto name = image.root.annotations.find(std::string(k_image_name));
  return name == image.root.annotations.end() ? std::string() : name->second;
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
  return lists_same_images(original, attested) ? subject : std::nullopt;
}

bool is_for_no_platform(const Descriptor& entry) {
  return entry.platform && entry.platform->os == "unknown" &&
         entry.platform->architecture == "unknown";
}

bool lists_same_images(const Index& one, const Index& other) {
  return images_in(one) == images_in(other);
}

Result<bool> is_about_listed_index(const ImageReader& reader, const Descriptor& index) {
  Index attested;
  std::optional<Descriptor> subject = TRY(index_subject(reader, index, attested));
  return subject && std::ranges::find(reader.index().manifests, subject->digest,
                                      &Descriptor::digest) != reader.index().manifests.end();
}

bool is_followed_index(const Descriptor& entry) {
  return is_index_type(entry.media_type) && !is_attestation(entry);
}

Result<std::vector<ListedImage>> list_images(const ImageReader& reader) {
  Lister lister(reader);
  for (const Descriptor& entry : reader.index().manifests)
    if (!is_evidence(entry) && !TRY(is_about_listed_index(reader, entry)))
      TRY_CONTEXT(lister.list(entry, entry, 0), fmt::format("reading {}", entry.digest.str()));
  return lister.take();
}

bool is_called(const ListedImage& image, std::string_view word) {
  return image.tag == word || whole_name(image) == word || image.root.digest.str() == word ||
         image.descriptor.digest.str() == word;
}

std::string names_of(const std::vector<ListedImage>& images) {
  std::map<std::string, std::set<Digest>> tagged;
  for (const ListedImage& image : images) tagged[image.tag].insert(image.root.digest);
  std::set<std::string> names;
  for (const ListedImage& image : images) {
    bool by_tag = !image.tag.empty() && tagged[image.tag].size() == 1;
    std::string whole = whole_name(image);
    names.insert(by_tag ? image.tag : !whole.empty() ? whole : image.root.digest.str());
  }
  return join(std::vector<std::string>(names.begin(), names.end()), ", ");
}

Result<ListedImage> find_image(const ImageReader& reader,
                               const std::optional<model::Platform>& platform,
                               std::string_view called) {
  std::vector<ListedImage> images = TRY(list_images(reader));
  if (images.empty()) return fail(ErrorCode::not_found, "there is no image in it");
  std::string names = names_of(images);
  if (!called.empty())
    std::erase_if(images, [&](const ListedImage& image) { return !is_called(image, called); });
  if (images.empty())
    return fail(ErrorCode::not_found, fmt::format("no image is called {}", printable(called)),
                fmt::format("there are: {}", names));
  std::vector<const ListedImage*> fitting;
  std::set<Digest> roots;
  for (const ListedImage& image : images) {
    bool fits = !platform || image.config.platform == *platform;
    bool again = !fitting.empty() && fitting.back()->descriptor.digest == image.descriptor.digest;
    if (!fits || again) continue;
    fitting.push_back(&image);
    roots.insert(image.root.digest);
  }
  if (fitting.size() == 1) return *fitting.front();
  return fail(
      ErrorCode::not_found,
      fmt::format("{} there is for {}", fitting.empty() ? "no image" : "more than one image",
                  platform ? platform->str() : "any platform"),
      roots.size() > 1 ? fmt::format("name one with --image: {}", names)
                       : fmt::format("name one of its platforms: {}", platforms_of(images)));
}

}  // namespace kiln::oci

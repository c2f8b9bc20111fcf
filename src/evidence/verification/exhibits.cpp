// SPDX-License-Identifier: Apache-2.0
#include "evidence/verification/exhibits.hpp"

#include "base/strings.hpp"
#include "evidence/signing/notary.hpp"
#include "evidence/signing/simple_signing.hpp"
#include "image/index.hpp"
#include "oci/media_types.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace kiln::verification {

namespace {

constexpr size_t k_most_manifests = 2000;
constexpr size_t k_deepest = 3;
constexpr uint64_t k_most_bytes = uint64_t{1} << 30;
constexpr uint64_t k_largest_exhibit = 128U << 20;

std::optional<Form> form_of(std::string_view media_type) {
  if (media_type.starts_with("application/vnd.dev.sigstore.bundle")) return Form::bundle;
  if (media_type == signing::k_simple_signing_type) return Form::simple_signature;
  if (media_type == "application/vnd.dsse.envelope.v1+json") return Form::envelope;
  if (media_type == signing::k_jws_type) return Form::notary;
  if (media_type.starts_with("application/vnd.in-toto"))
    return media_type.ends_with("+dsse") ? Form::envelope : Form::raw_statement;
  return std::nullopt;
}

class Gatherer {
 public:
  explicit Gatherer(const oci::ImageReader& reader) : reader_(reader) {}

  // Whatever is attached to a manifest.
  Result<> look_at(const Digest& target, size_t depth = 0) {
    if (depth > k_deepest) return {};
    for (const oci::Descriptor& referrer : TRY(reader_.referrers(target)))
      TRY(read_manifest(referrer, target, fmt::format("referrer {}", referrer.digest.str()),
                        depth));
    for (std::string_view suffix : {"sig", "att"}) {
      std::string tag = fmt::format("sha256-{}.{}", target.hex(), suffix);
      if (std::optional<oci::Descriptor> tagged = TRY(reader_.tagged(tag)))
        TRY(read_manifest(*tagged, target, fmt::format("tag {}", tag), depth));
    }
    return {};
  }

  // A manifest about a target, and what is attached to it when it holds unsigned statements: they
  // are worth what is signed about it.
  Result<> read_manifest(const oci::Descriptor& holder, const Digest& target,
                         const std::string& where, size_t depth = 0) {
    if (!seen_.insert(holder.digest).second) return {};
    if (seen_.size() > k_most_manifests)
      return fail(ErrorCode::limit, fmt::format("more than {} manifests are attached to the image",
                                                k_most_manifests));
    if (oci::is_index_type(holder.media_type)) {
      // The image with attestations for BuildKit, which says nothing else about it.
      Result<std::optional<oci::Descriptor>> original = oci::original_index(reader_, holder);
      if (original && *original && (*original)->digest == target) return {};
      found_.others.push_back(fmt::format("{} (an index)", where));
      return {};
    }
    Result<std::string> bytes = reader_.bytes(holder, oci::k_max_manifest_size);
    if (!bytes) return note(std::move(bytes).error(), where);
    Result<oci::Manifest> manifest = oci::parse_manifest(*bytes);
    if (manifest && manifest->subject && manifest->subject->digest != target)
      manifest =
          fail(ErrorCode::unverified, fmt::format("it is about {}, not about {}",
                                                  manifest->subject->digest.str(), target.str()));
    if (!manifest) {
      // Its bytes are those that were put there: anybody may have made them.
      found_.unreadable.push_back(
          std::move(manifest).error().with_context(fmt::format("reading {}", where)));
      return {};
    }
    size_t before = found_.items.size();
    TRY(look_into(holder, *manifest, target, where));
    bool unsigned_statements =
        std::any_of(found_.items.begin() + static_cast<ptrdiff_t>(before), found_.items.end(),
                    [](const Exhibit& exhibit) { return exhibit.form == Form::raw_statement; });
    return unsigned_statements ? look_at(holder.digest, depth + 1) : Result<>();
  }

  // Whatever cannot be read of what is listed may have been about the image.
  Result<> look_at_listing() {
    for (Error& error : TRY(reader_.broken_entries())) found_.broken.push_back(std::move(error));
    return {};
  }

  Exhibits take() { return std::move(found_); }

 private:
  // The layers of a manifest are exhibits, or of no concern.
  Result<> look_into(const oci::Descriptor& holder, const oci::Manifest& manifest,
                     const Digest& target, const std::string& where) {
    bool known = false;
    for (const oci::Descriptor& layer : manifest.layers) {
      std::optional<Form> form = form_of(layer.media_type);
      bool is_lock = layer.media_type == image::lock_type();
      if (!form && !is_lock) continue;
      known = true;
      if (layer.size > k_most_bytes - bytes_)
        return fail(ErrorCode::limit, fmt::format("the image has more than {} of evidence",
                                                  human_size(k_most_bytes)));
      bytes_ += layer.size;
      Result<std::string> bytes = reader_.bytes(layer, k_largest_exhibit);
      if (!bytes)
        TRY(note(std::move(bytes).error(), where));
      else if (is_lock)
        found_.locks.push_back(std::move(*bytes));
      else
        found_.items.push_back(
            {*form, target, holder.digest, where, std::move(*bytes), layer.annotations});
    }
    if (!known) found_.others.push_back(fmt::format("{} ({})", where, type_of(manifest)));
    return {};
  }

  static std::string type_of(const oci::Manifest& manifest) {
    return printable(manifest.artifact_type.empty() ? manifest.config.media_type
                                                    : manifest.artifact_type);
  }

  // A registry that does not answer ends the search; one that gives something wrong does not.
  Result<> note(Error error, const std::string& where) {
    if (error.code == ErrorCode::network || error.code == ErrorCode::interrupted)
      return std::unexpected(std::move(error));
    found_.broken.push_back(std::move(error).with_context(fmt::format("reading {}", where)));
    return {};
  }

  const oci::ImageReader& reader_;
  Exhibits found_;
  std::set<Digest> seen_;
  uint64_t bytes_ = 0;
};

}  // namespace

std::string_view str(Form form) {
  switch (form) {
    case Form::bundle:
      return "bundle";
    case Form::simple_signature:
      return "simple signature";
    case Form::envelope:
      return "envelope";
    case Form::raw_statement:
      return "unsigned statement";
    case Form::notary:
      return "notary signature";
  }
  return {};
}

Result<Exhibits> gather(const oci::ImageReader& reader, const ImageParts& parts) {
  Gatherer gatherer(reader);
  TRY(gatherer.look_at_listing());
  for (const AttestationManifest& attestation : parts.attestations)
    TRY(gatherer.read_manifest(
        attestation.descriptor, attestation.about,
        fmt::format("attestation manifest {}", attestation.descriptor.digest.str())));
  TRY(gatherer.look_at(parts.root.digest));
  if (parts.original) TRY(gatherer.look_at(*parts.original));
  if (parts.has_index())
    for (const oci::ListedImage& image : parts.images)
      TRY(gatherer.look_at(image.descriptor.digest));
  return gatherer.take();
}

}  // namespace kiln::verification

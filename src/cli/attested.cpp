// SPDX-License-Identifier: Apache-2.0
#include "cli/attested.hpp"

#include "base/bytes.hpp"
#include "base/strings.hpp"
#include "evidence/signing/bundle.hpp"
#include "evidence/signing/certificate_identity.hpp"
#include "evidence/verification/exhibits.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace kiln::cli {

namespace {

// Whose key or certificate a bundle names; its signature is not checked here.
std::string maker_of(const signing::Bundle& bundle) {
  if (!bundle.certificate.empty()) {
    Result<Certificate> certificate = Certificate::from_der(bundle.certificate);
    return certificate ? fmt::format("certificate of {}", printable(certificate->subject(), 200))
                       : std::string("a certificate that cannot be read");
  }
  Result<std::string> bytes = from_base64(bundle.key_hint);
  Result<Digest> digest =
      bytes ? Digest::from_bytes(*bytes) : Result<Digest>(std::unexpected(bytes.error()));
  if (digest) return fmt::format("key {}", digest->str());
  return bundle.key_hint.empty() ? "a key without a name"
                                 : fmt::format("key '{}'", printable(bundle.key_hint, 100));
}

std::string maker_of(const signing::Envelope& envelope) {
  for (const signing::EnvelopeSignature& signature : envelope.signatures)
    if (!signature.key_id.empty()) return fmt::format("key '{}'", printable(signature.key_id, 100));
  return "a key without a name";
}

std::optional<Attested> read_exhibit(const verification::Exhibit& exhibit) {
  Attested found{.subject = exhibit.target,
                 .form = std::string(verification::str(exhibit.form)),
                 .where = exhibit.where,
                 .by = "nobody by itself",
                 .bundle = {},
                 .envelope = {},
                 .statement = {}};
  std::string payload = exhibit.bytes;
  if (exhibit.form == verification::Form::bundle) {
    Result<signing::Bundle> bundle = signing::parse_bundle(exhibit.bytes);
    auto* envelope = bundle ? std::get_if<signing::Envelope>(&bundle->content) : nullptr;
    if (envelope == nullptr) return std::nullopt;
    found.by = maker_of(*bundle);
    found.bundle = sha256(exhibit.bytes);
    found.envelope = std::move(*envelope);
  } else if (exhibit.form == verification::Form::envelope) {
    Result<signing::Envelope> envelope = signing::parse_envelope(exhibit.bytes);
    if (!envelope) return std::nullopt;
    found.by = maker_of(*envelope);
    found.envelope = std::move(*envelope);
  } else if (exhibit.form != verification::Form::raw_statement) {
    return std::nullopt;  // signatures of the image, which state nothing more
  }
  if (found.envelope) payload = found.envelope->payload;
  Result<signing::Statement> statement = signing::parse_statement(payload);
  if (!statement) return std::nullopt;
  found.statement = std::move(*statement);
  return found;
}

// The roots of the images, each once.
std::vector<Digest> roots_of(const std::vector<oci::ListedImage>& images) {
  std::vector<Digest> roots;
  for (const oci::ListedImage& image : images)
    if (std::ranges::find(roots, image.root.digest) == roots.end())
      roots.push_back(image.root.digest);
  return roots;
}

}  // namespace

Result<std::vector<Attested>> find_statements(const oci::ImageReader& reader,
                                              std::string_view called,
                                              const std::optional<model::Platform>& platform) {
  std::vector<Attested> list;
  std::vector<oci::ListedImage> images = TRY(oci::list_images(reader));
  std::string all = oci::names_of(images);
  if (!called.empty())
    std::erase_if(images, [&](const auto& image) { return !oci::is_called(image, called); });
  if (images.empty() && !called.empty())
    return fail(ErrorCode::not_found, fmt::format("no image is called {}", printable(called)),
                fmt::format("there are: {}", all));
  if (platform)
    std::erase_if(images, [&](const auto& image) { return image.config.platform != *platform; });
  if (images.empty() && platform)
    return fail(ErrorCode::not_found, fmt::format("no image there is for {}", platform->str()),
                "`kiln inspect` names the platforms");
  std::set<std::pair<std::string, Digest>> seen;
  for (const Digest& root : roots_of(images)) {
    verification::ImageParts parts =
        TRY(verification::read_parts(reader, {.image = root.str(), .platform = platform}));
    auto is_wanted = [&](const Digest& target) {
      return !platform || std::ranges::any_of(parts.images, [&](const oci::ListedImage& image) {
        return image.descriptor.digest == target;
      });
    };
    verification::Exhibits exhibits = TRY(verification::gather(reader, parts));
    if (!exhibits.broken.empty()) return std::unexpected(exhibits.broken.front());
    for (const verification::Exhibit& exhibit : exhibits.items)
      if (auto found = is_wanted(exhibit.target) ? read_exhibit(exhibit) : std::nullopt;
          found && seen.emplace(exhibit.where, sha256(exhibit.bytes)).second)
        list.push_back(std::move(*found));
  }
  return list;
}

}  // namespace kiln::cli

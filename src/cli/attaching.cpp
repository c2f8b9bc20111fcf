// SPDX-License-Identifier: Apache-2.0
#include "cli/attaching.hpp"

#include "base/strings.hpp"
#include "cli/key_source.hpp"
#include "cli/password.hpp"
#include "evidence/signing/local_signer.hpp"
#include "evidence/signing/tagged.hpp"
#include "oci/layout.hpp"
#include "oci/registry/client.hpp"
#include "publish/fallback_listing.hpp"
#include "publish/registry_destination.hpp"
#include "publish/transfer.hpp"
#include "world/wait.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

namespace kiln::cli {

Result<SignableImage> SignableImage::open(Session& session, const std::string& word,
                                          const std::optional<std::string>& image) {
  std::error_code error;
  if (std::filesystem::exists(word, error) && !std::filesystem::exists(Path(word) / "oci-layout"))
    return fail(
        ErrorCode::unsupported, fmt::format("{} is no OCI layout directory", word),
        "sign the image in a registry, or the layout that `kiln build` or `kiln pull` wrote; `kiln "
        "push` sends what was added, and leaves out what the registry has");
  return SignableImage(TRY(open_image_source(session, word)), image.value_or(""));
}

Result<std::vector<oci::Descriptor>> SignableImage::manifests() const {
  std::vector<oci::ListedImage> images = TRY(oci::list_images(*source_.reader));
  if (images.empty())
    return fail(ErrorCode::not_found, fmt::format("there is no image in {}", source_.name));
  std::string names = oci::names_of(images);
  if (!image_.empty())
    std::erase_if(images, [&](const auto& image) { return !oci::is_called(image, image_); });
  if (images.empty())
    return fail(ErrorCode::not_found,
                fmt::format("no image in {} is called {}", source_.name, printable(image_)),
                fmt::format("there are: {}", names));
  const oci::Descriptor root = images.front().root;
  std::vector<oci::Descriptor> list = {root};
  for (const oci::ListedImage& image : images) {
    if (image.root.digest != root.digest)
      return fail(ErrorCode::bad_input, fmt::format("there are several images in {}", source_.name),
                  fmt::format("name one with --image: {}", names));
    auto known = std::ranges::find(list, image.descriptor.digest, &oci::Descriptor::digest);
    if (known == list.end()) list.push_back(image.descriptor);
  }
  return list;
}

// With the logs and the time stamps of the key ring, whatever key signs.
Result<signing::SignedObjects> SignableImage::make(std::span<const signing::Signed> manifests,
                                                   std::span<const signing::Form> forms,
                                                   Session& session,
                                                   const std::optional<std::string>& key) {
  Path place = TRY(signing::keyring_directory(session.environment(), std::nullopt));
  signing::KeyRingStore ring =
      TRY(signing::KeyRingStore::open_or_make_local(place, session.clock().now()));
  AskPin ask = password_source(session);
  std::unique_ptr<signing::LocalSigner> signer =
      TRY(signing::LocalSigner::open(ring, signing::KeyRole::user, session.clock(), ask));
  signing::SigningContext own = signer->context();
  std::vector<signing::Signed> copies(manifests.begin(), manifests.end());
  if (!key) {
    if (ring.ring().local)
      session.remark(
          "signed with an untrusted key of this machine, which nothing but it vouches for\n");
    return signing::sign_image(std::move(copies), own, forms);
  }
  std::unique_ptr<SigningKey> named = TRY(open_key_source(*key, ask));
  signing::SigningContext context{.key = *named,
                                  .log = own.log,
                                  .rekor_log = own.rekor_log,
                                  .timestamps = own.timestamps,
                                  .notary = own.notary,
                                  .clock = own.clock};
  return signing::sign_image(std::move(copies), context, forms);
}

Result<signing::SignedObjects> SignableImage::sign(std::span<const signing::Signed> manifests,
                                                   std::span<const signing::Form> forms,
                                                   Session& session,
                                                   const std::optional<std::string>& key) {
  if (std::ranges::find(forms, signing::Form::buildkit_attestations) != forms.end())
    return fail(ErrorCode::bad_input, "attestations for BuildKit come with a build",
                "name them in `kiln build --evidence-forms`");
  signing::SignedObjects made = TRY(make(manifests, forms, session, key));
  TRY(source_.reference ? send(made, session) : write(made));
  return made;
}

Result<> SignableImage::write(const signing::SignedObjects& made) const {
  return oci::change_layout(source_.name, [&](oci::Content& content) -> Result<> {
    auto read = [&](const std::string& tag) -> Result<std::optional<oci::Manifest>> {
      const oci::Descriptor* there = content.tagged(tag);
      if (there == nullptr) return std::nullopt;
      std::string bytes = TRY(content.bytes(there->digest));
      return TRY(oci::parse_manifest(bytes));
    };
    signing::SignedObjects all = made;
    TRY(signing::keep_what_tags_hold(all, read));
    for (const signing::SignedObject& object : all.objects)
      if (!object.tag.empty()) content.untag(object.tag);
    signing::add_to(content, std::move(all));
    return {};
  });
}

// As with the index under a fallback tag, another who signs at the same time may undo it: what tags
// name is looked at again after a while.
Result<> SignableImage::send(const signing::SignedObjects& made, Session& session) const {
  constexpr int k_attempts = 10;
  World& world = *TRY(session.world());
  registry::ClientOptions options =
      TRY(registry_options(session, *source_.reference, registry::Access::push));
  registry::RegistryClient client(world.http, source_.reference->host,
                                  source_.reference->repository, std::move(options));
  auto read = [&](const std::string& tag) -> Result<std::optional<oci::Manifest>> {
    if (!TRY(client.find_manifest(tag))) return std::nullopt;
    registry::FetchedManifest there = TRY(client.get_manifest(tag));
    return TRY(oci::parse_manifest(there.bytes));
  };
  for (int attempt = 1; attempt <= k_attempts; ++attempt) {
    auto start = std::chrono::steady_clock::now();
    signing::SignedObjects all = made;
    TRY(signing::keep_what_tags_hold(all, read));
    TRY(send_once(all, session));
    if (std::ranges::all_of(all.objects, &std::string::empty, &signing::SignedObject::tag))
      return {};
    TRY(wait(world, publish::while_others_put(std::chrono::steady_clock::now() - start)));
    if (TRY(signing::tags_hold(made, read))) return {};
  }
  return fail(ErrorCode::network,
              fmt::format("{} does not keep the signatures under their tags", client.host()),
              "others sign the same image all the time, or the registry loses them; run it again");
}

Result<> SignableImage::send_once(const signing::SignedObjects& made, Session& session) const {
  World& world = *TRY(session.world());
  TemporaryDirectory place = TRY(TemporaryDirectory::create());
  oci::Content content;
  signing::add_to(content, made);
  TRY(oci::write_layout(place.path() / "made", content));
  std::unique_ptr<oci::ImageReader> reader = TRY(oci::open_image((place.path() / "made").string()));
  std::vector<oci::Descriptor> objects;
  std::map<std::string, Digest> tags;
  for (const signing::SignedObject& object : made.objects) {
    objects.push_back(object.descriptor);
    if (!object.tag.empty()) tags.emplace(object.tag, object.descriptor.digest);
  }
  oci::Descriptor root = TRY(manifests()).front();
  publish::Closure closure = TRY(publish::closure_of_evidence(*reader, root, objects, tags));
  registry::ClientOptions options =
      TRY(registry_options(session, *source_.reference, registry::Access::push));
  publish::RegistryDestination destination(world, *source_.reference, std::move(options));
  TRY(publish::transfer(*reader, closure, destination, {}, parallel_transfers(session), world));
  return {};
}

}  // namespace kiln::cli

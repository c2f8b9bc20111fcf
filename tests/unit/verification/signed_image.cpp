// SPDX-License-Identifier: Apache-2.0
#include "signed_image.hpp"

#include "codec/tar.hpp"
#include "oci/config.hpp"
#include "oci/layout.hpp"
#include "oci/media_types.hpp"
#include "support/result_matchers.hpp"
#include "support/tools.hpp"

#include <fmt/format.h>

namespace kiln::verification::tests {

using testing::value;

namespace {

tlog::Log open_log(const Path& directory, const tlog::LogSettings& settings, SigningKey& key) {
  EXPECT_OK(make_directories(directory));
  EXPECT_OK(tlog::Log::create({.directory = directory}, settings, key));
  return value(tlog::Log::open({.directory = directory}, key));
}

signing::TrustedLog trusted(const std::string& host, const PublicKey& key) {
  return {"https://" + host, key, signing::log_id(host, key), {k_start, k_end}};
}

std::string tar_of(const std::string& path, const std::string& text) {
  MemorySink sink;
  TarWriter tar(sink);
  TarEntry entry;
  entry.path = path;
  entry.size = text.size();
  value(tar.add(entry, text));
  value(tar.finish());
  return sink.take();
}

oci::Descriptor add_platform(oci::Content& content, const std::string& architecture,
                             const std::string& text) {
  std::string tar = tar_of("hello.txt", text + architecture);
  oci::ImageConfig config;
  config.created = "2026-06-01T00:00:00Z";
  config.platform = {"linux", architecture, ""};
  config.diff_ids = {sha256(tar)};
  config.history = {{config.created, "kiln definition", "", false}};
  oci::Manifest manifest;
  manifest.layers = {content.add(oci::k_layer_type, tar)};
  manifest.config = content.add(oci::k_config_type, oci::encode(config));
  oci::Descriptor descriptor = content.add(oci::k_manifest_type, oci::encode(manifest));
  descriptor.platform = config.platform;
  return descriptor;
}

// A manifest with the bundle of another changed; with the descriptor that an index lists.
oci::Descriptor add_changed(oci::Content& content, const oci::Content& from,
                            const oci::Descriptor& object,
                            const std::function<void(signing::Bundle&)>& edit) {
  oci::Manifest manifest = value(oci::parse_manifest(value(from.bytes(object.digest))));
  std::string text = value(from.bytes(manifest.layers.at(0).digest));
  signing::Bundle bundle = value(signing::parse_bundle(text));
  edit(bundle);
  manifest.layers = {content.add(signing::k_bundle_type, signing::encode(bundle))};
  oci::Descriptor descriptor = content.add(oci::k_manifest_type, oci::encode(manifest));
  descriptor.artifact_type = object.artifact_type;
  descriptor.annotations = object.annotations;
  return descriptor;
}

}  // namespace

Installation::Installation(const std::string& host)
    : directory_(value(TemporaryDirectory::create())) {
  log = open_log(directory_.path() / "log",
                 value(tlog::LogSettings::tiles(host, log_key.public_key())), log_key);
  std::string rekor_host = "rekor." + host;
  rekor_ = open_log(directory_.path() / "rekor",
                    value(tlog::LogSettings::rekor_v1(rekor_host, 42, rekor_key_.public_key())),
                    rekor_key_);
  rekor_log_.emplace(*rekor_, rekor_key_);
  PrivateKey root_key = PrivateKey::generate(KeyAlgorithm::ecdsa_p256);
  PrivateKey stamp_key = PrivateKey::generate(KeyAlgorithm::ecdsa_p256);
  Certificate stamp_root =
      make_root({"tests", "tests root", CertificateUse::root, k_start, k_end}, root_key);
  Certificate stamp_leaf =
      issue({"tests", "tests stamps", CertificateUse::time_stamping, k_start, k_end},
            stamp_key.public_key(), stamp_root, root_key);
  authority = value(TimestampAuthority::create(stamp_key, {stamp_leaf, stamp_root}));
  root.logs = {trusted(host, log_key.public_key()), trusted(rekor_host, rekor_key_.public_key())};
  root.timestamp_authorities = {
      {"tests", "tests root", "https://tsa.example", authority->chain(), {k_start, k_end}}};
}

signing::SigningContext Installation::context() {
  return {key, &*log, &*rekor_log_, &*authority, nullptr, clock};
}

Path Installation::log_tree() const {
  return tlog::tree_of(directory_.path() / "log");
}

PlainImage plain_image(const std::string& text) {
  PlainImage image;
  image.manifests = {add_platform(image.content, "amd64", text),
                     add_platform(image.content, "arm64", text)};
  oci::Index index;
  index.manifests = image.manifests;
  image.index = image.content.add(oci::k_index_type, oci::encode(index));
  image.content.list(image.index, "latest");
  return image;
}

signing::EncodedStatement statement_about(const Digest& digest, const std::string& type,
                                          Json predicate) {
  return signing::encode(
      signing::Statement{type, {signing::subject_of("example", digest)}, std::move(predicate)});
}

SignedImage::SignedImage() : directory_(value(TemporaryDirectory::create())) {}

void SignedImage::sign(std::span<const signing::Form> forms) {
  std::vector<std::vector<signing::EncodedStatement>> statements(1);
  for (const oci::Descriptor& manifest : image.manifests)
    statements.push_back({statement_about(manifest.digest, "https://example.org/test")});
  sign(forms, statements);
}

void SignedImage::sign(std::span<const signing::Form> forms,
                       const std::vector<std::vector<signing::EncodedStatement>>& statements) {
  std::vector<oci::Descriptor> targets = {image.index};
  targets.insert(targets.end(), image.manifests.begin(), image.manifests.end());
  std::vector<signing::Signed> all;
  for (size_t i = 0; i < targets.size(); ++i)
    all.push_back({targets[i], "example.org/hello", statements.at(i)});
  made = value(signing::sign_image(all, installation.context(), forms));
}

Path SignedImage::write() const {
  oci::Content content = image.content;
  for (const auto& [digest, blob] : made.content.blobs()) content.add_blob(digest, blob);
  for (const signing::SignedObject& object : made.objects) {
    if (keep && !keep(object)) continue;
    bool is_bundle = object.form == signing::Form::bundle;
    content.list(edit_bundle && is_bundle
                     ? add_changed(content, made.content, object.descriptor, edit_bundle)
                     : object.descriptor,
                 object.tag);
  }
  if (edit_layout) edit_layout(content);
  Path place = directory_.path() / "layout";
  EXPECT_OK(oci::write_layout(place, content));
  return place;
}

Policy SignedImage::policy() const {
  Policy policy;
  Signer signer;
  signer.name = "release";
  signer.key = installation.key.public_key();
  signer.key_digest = signer.key->digest();
  signer.validity = {k_start, k_end};
  policy.signers = {signer};
  policy.trusted_root = installation.root;
  return policy;
}

Answer SignedImage::verify(const Policy& policy, const Circumstances& circumstances) const {
  std::unique_ptr<oci::ImageReader> reader = value(oci::open_image(write()));
  size_t colon = std::min(circumstances.name.rfind(':'), circumstances.name.size());
  std::string tag = circumstances.name.substr(colon);
  return value(verification::verify({.reader = *reader,
                                     .selection = circumstances.selection,
                                     .policy = policy,
                                     .keys = circumstances.keys,
                                     .bundles = circumstances.bundles,
                                     .image = circumstances.name.substr(0, colon),
                                     .tag = tag.empty() ? tag : tag.substr(1),
                                     .now = circumstances.now,
                                     .threads = 2,
                                     .logs = circumstances.logs}));
}

std::vector<std::string> lines(const Verdict& verdict, Outcome outcome) {
  std::vector<std::string> found;
  for (const Check& check : verdict.checks())
    if (check.outcome == outcome)
      found.push_back(fmt::format("{} {}: {}", check.name, check.subject, check.detail));
  return found;
}

std::vector<std::string> complaints(const Verdict& verdict) {
  std::vector<std::string> found;
  for (Outcome outcome : {Outcome::failed, Outcome::missing})
    for (const std::string& line : lines(verdict, outcome))
      found.push_back(fmt::format("{} {}", str(outcome), line));
  return found;
}

void expect_refused(std::string_view what, const Verdict& verdict) {
  testing::expect_refusal("kiln verify", what, !verdict.accepted(), text(verdict));
}

}  // namespace kiln::verification::tests

// SPDX-License-Identifier: Apache-2.0
#include "installation.hpp"

#include "evidence/signing/bundle.hpp"
#include "oci/media_types.hpp"
#include "support/result_matchers.hpp"

namespace kiln::signing::tests {

using testing::value;

namespace {

// A root and one leaf below it for a key.
std::vector<Certificate> chain_for(const PublicKey& key, CertificateUse use) {
  PrivateKey root_key = PrivateKey::generate(KeyAlgorithm::ecdsa_p256);
  Certificate root =
      make_root({"tests", "tests root", CertificateUse::root, k_start, k_end}, root_key);
  return {issue({"tests", "tests leaf", use, k_start, k_end}, key, root, root_key), root};
}

tlog::Log open_log(const Path& directory, const tlog::LogSettings& settings, SigningKey& key) {
  EXPECT_OK(make_directories(directory));
  EXPECT_OK(tlog::Log::create({.directory = directory}, settings, key));
  tlog::Log log = value(tlog::Log::open({.directory = directory}, key));
  value(log.append(std::vector<std::string>{"the first entry"}));
  return log;
}

TrustedLog trusted(const std::string& host, const PublicKey& key) {
  return {"https://" + host, key, log_id(host, key), {k_start, k_end}};
}

}  // namespace

Installation::Installation() : directory_(value(TemporaryDirectory::create())) {
  log = open_log(directory_.path() / "log",
                 value(tlog::LogSettings::tiles(k_host, log_key.public_key())), log_key);
  rekor_ = open_log(directory_.path() / "rekor",
                    value(tlog::LogSettings::rekor_v1(k_rekor_host, 42, rekor_key.public_key())),
                    rekor_key);
  rekor_log_.emplace(*rekor_, rekor_key);
  PrivateKey stamp_key = PrivateKey::generate(KeyAlgorithm::ecdsa_p256);
  authority = value(TimestampAuthority::create(
      stamp_key, chain_for(stamp_key.public_key(), CertificateUse::time_stamping)));
  notary_chain = chain_for(notary_secret.public_key(), CertificateUse::code_signing);
  notary_.emplace(notary_secret, notary_chain);
  root.logs = {trusted(k_host, log_key.public_key()),
               trusted(k_rekor_host, rekor_key.public_key())};
  root.timestamp_authorities = {
      {"tests", "tests root", "https://tsa.example.org", authority->chain(), {k_start, k_end}}};
}

SigningContext Installation::context() {
  return {key, &*log, &*rekor_log_, &*authority, &*notary_, clock};
}

BundleTrust Installation::trust() const {
  return {.key = key.public_key(),
          .key_validity = {k_start, k_end},
          .root = &root,
          .log_entries = 1,
          .timestamps = 1,
          .now = k_now};
}

oci::Descriptor a_manifest() {
  return oci::describe(oci::k_manifest_type, R"({"schemaVersion":2})");
}

EncodedStatement a_statement(const Digest& subject) {
  return encode(
      Statement{"https://spdx.dev/Document",
                {subject_of("pkg:oci/test", subject)},
                Json::object({{"SPDXID", "SPDXRef-DOCUMENT"}, {"spdxVersion", "SPDX-2.3"}})});
}

std::vector<Bundle> bundles_of(const SignedObjects& made, Form form) {
  std::vector<Bundle> bundles;
  for (const SignedObject& object : made.objects)
    if (object.form == form) bundles.push_back(value(parse_bundle(layer_of(made, object))));
  return bundles;
}

std::string layer_of(const SignedObjects& made, const SignedObject& object) {
  std::string bytes = value(made.content.bytes(object.descriptor.digest));
  oci::Manifest manifest = value(oci::parse_manifest(bytes));
  return value(made.content.bytes(manifest.layers.at(0).digest));
}

}  // namespace kiln::signing::tests

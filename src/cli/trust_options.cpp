// SPDX-License-Identifier: Apache-2.0
#include "cli/trust_options.hpp"

#include "cli/own_file.hpp"
#include "evidence/signing/keyring_store.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

constexpr uint64_t k_largest_key = 64U << 10;
constexpr uint64_t k_largest_root = 4U << 20;

std::string stem_of(const std::string& file) {
  return Path(file).stem().string();
}

Result<std::vector<verification::NamedKey>> read_keys(const std::vector<std::string>& files) {
  std::vector<verification::NamedKey> keys;
  for (const std::string& file : files) {
    Result<std::string> text = read_file(file, k_largest_key);
    if (!text && text.error().code == ErrorCode::not_found)
      text.error().hint =
          "give the file of a public key: `kiln key export ROLE -o FILE` writes one";
    if (!text) return std::unexpected(std::move(text).error());
    PublicKey key = TRY(from_own_file(PublicKey::anyones_from_pem(*text), file));
    keys.push_back({stem_of(file), std::move(key)});
  }
  return keys;
}

Result<verification::Policy> read_policy(Session& session, const std::string& file) {
  Diagnostics found;
  Result<verification::Policy> policy = verification::load_policy(file, found);
  session.show(found);
  return policy;
}

// Keys that were named on the command line, as signers without a limit in time.
void add_signers(const std::vector<verification::NamedKey>& keys, verification::Policy& policy) {
  for (const verification::NamedKey& named : keys) {
    verification::Signer signer;
    signer.name = named.name;
    signer.key = named.key;
    signer.key_digest = named.key.digest();
    policy.signers.push_back(std::move(signer));
  }
}

Result<> add_identity(const Arguments& arguments, verification::Policy& policy) {
  std::optional<std::string> identity = arguments.value("--identity");
  std::optional<std::string> issuer = arguments.value("--issuer");
  if (identity.has_value() != issuer.has_value())
    return fail(ErrorCode::bad_input, "--identity and --issuer belong together");
  if (!identity) return {};
  if (!policy.trusted_root)
    return fail(ErrorCode::bad_input, "--identity needs --trusted-root",
                "it has the keys of the authority that gave out the certificates");
  verification::Signer signer;
  signer.name = *identity;
  signer.identity = *identity;
  signer.issuer = *issuer;
  policy.signers.push_back(std::move(signer));
  return {};
}

// Authorities of Notary's certificates that were named on the command line.
Result<> add_authorities(const std::vector<std::string>& files, verification::Policy& policy) {
  for (const std::string& file : files) {
    std::string pem = TRY(read_file(file, k_largest_key));
    verification::Signer signer;
    signer.name = stem_of(file);
    signer.roots = TRY(from_own_file(certificates_from_pem(pem), file));
    policy.signers.push_back(std::move(signer));
  }
  return {};
}

// The keys with which this machine signs what it builds.
Result<> add_own_ring(Session& session, TrustOptions& options) {
  Result<Path> directory = signing::keyring_directory(session.environment(), std::nullopt);
  if (!directory) return {};
  Result<signing::KeyRingStore> store = signing::KeyRingStore::open(*directory);
  if (!store && store.error().code == ErrorCode::not_found) return {};
  if (!store) return std::unexpected(std::move(store).error());
  for (const signing::KeyEntry& entry : store->ring().keys) {
    bool by_certificate = entry.role == signing::KeyRole::notary && !entry.chain.empty();
    bool by_key = entry.role == signing::KeyRole::artifact || entry.role == signing::KeyRole::user;
    if (!by_certificate && !by_key) continue;
    verification::Signer signer;
    signer.name = fmt::format("this machine's {} key", signing::str(entry.role));
    if (by_certificate) signer.roots = {entry.chain.back()};
    if (by_key) signer.key = entry.key;
    if (by_key) signer.key_digest = entry.key.digest();
    signer.validity = entry.validity;
    options.policy.signers.push_back(std::move(signer));
  }
  if (!options.policy.trusted_root) options.policy.trusted_root = store->ring().trusted_root();
  options.note =
      "no key or policy is named: the keys of this machine's own ring are trusted, which "
      "says no more than that the image was made here";
  return {};
}

}  // namespace

std::vector<Option> with_trust_options(std::vector<Option> own) {
  own.push_back({"--policy", "FILE", "what must be true of the image (docs/policy.md)"});
  own.push_back({.name = "--key",
                 .value = "FILE",
                 .help = "a public key whose signatures count; with --policy, one that it names by "
                         "digest",
                 .repeatable = true});
  own.push_back({.name = "--certificate",
                 .value = "FILE",
                 .help = "certificates of an authority whose Notary signatures count",
                 .repeatable = true});
  own.push_back({"--identity", "NAME", "of certificates whose signatures count, with --issuer"});
  own.push_back({"--issuer", "URL", "who vouched for that identity"});
  own.push_back({"--trusted-root", "FILE", "the publisher's trusted_root.json"});
  own.push_back(
      {"--bundle-dir", "DIR",
       "bundles, keys and trusted_root.json from elsewhere; its keys and root are trusted"});
  return own;
}

Result<TrustOptions> read_trust_options(Session& session, const Arguments& arguments) {
  if (arguments.has("--policy"))
    for (const char* option : {"--certificate", "--identity", "--issuer"})
      if (arguments.has(option))
        return fail(ErrorCode::bad_input,
                    fmt::format("{} does not go with --policy, which says whom to trust", option),
                    "name the signer in the policy (docs/formats/policy.md)");
  TrustOptions options;
  std::vector<verification::NamedKey> keys = TRY(read_keys(arguments.values("--key")));
  std::optional<signing::TrustedRoot> root;
  if (auto directory = arguments.value("--bundle-dir")) {
    verification::BundleDirectory read =
        TRY(from_own_file(verification::read_bundle_directory(*directory), *directory));
    root = std::move(read.trusted_root);
    options.bundles = std::move(read.bundles);
    options.locks = std::move(read.locks);
    keys.insert(keys.end(), read.keys.begin(), read.keys.end());
  }
  for (const verification::NamedKey& named : keys) options.keys.push_back(named.key);
  if (auto file = arguments.value("--trusted-root")) {
    std::string text = TRY(read_file(*file, k_largest_root));
    root = TRY(from_own_file(signing::parse_trusted_root(text), *file));
  }
  std::optional<std::string> policy = arguments.value("--policy");
  if (policy) options.policy = TRY(read_policy(session, *policy));
  if (root) options.policy.trusted_root = std::move(root);
  if (policy) return options;
  add_signers(keys, options.policy);
  TRY(add_authorities(arguments.values("--certificate"), options.policy));
  TRY(add_identity(arguments, options.policy));
  if (options.policy.signers.empty()) TRY(add_own_ring(session, options));
  return options;
}

}  // namespace kiln::cli

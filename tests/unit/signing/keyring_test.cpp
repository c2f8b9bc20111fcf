// SPDX-License-Identifier: Apache-2.0
#include "crypto/encrypted_key.hpp"
#include "evidence/signing/keyring_store.hpp"
#include "evidence/signing/local_signer.hpp"
#include "installation.hpp"
#include "support/result_matchers.hpp"

#include <sys/stat.h>

namespace kiln::signing::tests {
namespace {

using testing::value;

Result<std::string> no_password(const std::string& /*what*/) {
  return fail(ErrorCode::bad_input, "asked for a password");
}

unsigned mode_of(const Path& path) {
  struct stat info = {};
  EXPECT_EQ(::stat(path.c_str(), &info), 0) << path;
  return info.st_mode & 07777;
}

class KeyRings : public ::testing::Test {
 protected:
  KeyRings() : directory(value(TemporaryDirectory::create())), place(directory.path() / "signer") {}
  KeyRingStore make() { return value(KeyRingStore::open_or_make_local(place, k_now)); }

  TemporaryDirectory directory;
  Path place;
};

TEST_F(KeyRings, AreMadeOnFirstUseForTheirOwnerAlone) {
  KeyRingStore store = make();
  EXPECT_TRUE(store.ring().local);
  EXPECT_EQ(mode_of(place), 0700U);
  EXPECT_EQ(mode_of(place / "keyring.json"), 0600U);
  EXPECT_EQ(mode_of(place / "keys"), 0700U);
  for (const KeyEntry& entry : store.ring().keys) {
    EXPECT_EQ(mode_of(place / entry.secret), 0600U);
    EXPECT_EQ(value(store.signing_key(entry, no_password))->public_key(), entry.key);
  }
  KeyRingStore again = value(KeyRingStore::open(place));
  EXPECT_EQ(encode(again.ring()), encode(store.ring()));
}

TEST_F(KeyRings, ThatOthersMayReadAreRefused) {
  make();
  ::chmod(place.c_str(), 0750);
  EXPECT_EQ(KeyRingStore::open(place).error().code, ErrorCode::bad_input);
  ::chmod(place.c_str(), 0700);
  KeyRingStore store = value(KeyRingStore::open(place));
  const KeyEntry& entry = *store.ring().active(KeyRole::artifact);
  ::chmod((place / entry.secret).c_str(), 0640);
  EXPECT_FALSE(store.signing_key(entry, no_password));
}

TEST_F(KeyRings, RotateAndRevokeWithTimes) {
  make();
  KeyRingStore store = value(KeyRingStore::open_to_change(place, "", true));
  std::string first = store.ring().active(KeyRole::artifact)->id();
  const KeyEntry& second =
      *value(store.generate(KeyRole::artifact, KeyAlgorithm::ecdsa_p256, k_now + 100, ""));
  EXPECT_EQ(store.ring().active(KeyRole::artifact)->id(), second.id());
  const KeyEntry& before = *value(store.ring().find(first));
  EXPECT_EQ(before.state, KeyState::rotated);
  EXPECT_EQ(before.validity, (Validity{k_now, k_now + 100}));

  ASSERT_OK(store.revoke(first, k_now + 50, "lost"));
  KeyRingStore again = value(KeyRingStore::open(place));
  const KeyEntry& revoked = *value(again.ring().find(first));
  EXPECT_EQ(revoked.state, KeyState::revoked);
  EXPECT_EQ(revoked.validity.until, k_now + 50);
  EXPECT_EQ(revoked.reason, "lost");
  EXPECT_FALSE(store.revoke(first, k_now + 60, "again"));
}

TEST_F(KeyRings, AreSearchedByRoleIdAndItsFirstDigits) {
  KeyRing ring = make().ring();
  const KeyEntry& key = *ring.active(KeyRole::log);
  EXPECT_EQ(value(ring.find("log"))->id(), key.id());
  EXPECT_EQ(value(ring.find(key.id()))->id(), key.id());
  EXPECT_EQ(value(ring.find(key.key.digest().hex().substr(0, 12)))->id(), key.id());
  EXPECT_EQ(ring.find("tuf-root").error().code, ErrorCode::not_found);
  EXPECT_EQ(ring.find("xyz").error().code, ErrorCode::not_found);
  EXPECT_EQ(ring.find("").error().code, ErrorCode::not_found);
}

TEST_F(KeyRings, KeepEncryptedSecretsEncrypted) {
  KeyRingStore store = value(KeyRingStore::open_to_change(place, "log.example.org", false));
  const KeyEntry& entry =
      *value(store.generate(KeyRole::artifact, KeyAlgorithm::ecdsa_p256, k_now, "sesame"));
  EXPECT_TRUE(is_encrypted_key(value(read_file(place / entry.secret))));
  auto answer = [](const char* password) {
    return [password](const std::string&) { return Result<std::string>(password); };
  };
  EXPECT_EQ(value(store.signing_key(entry, answer("sesame")))->public_key(), entry.key);
  EXPECT_EQ(store.signing_key(entry, answer("wrong")).error().code, ErrorCode::unverified);
  EXPECT_FALSE(store.ring().local);
}

TEST_F(KeyRings, RefuseSecretsOfAnotherKeyAndPathsOutside) {
  KeyRingStore store = make();
  const KeyEntry& one = *store.ring().active(KeyRole::artifact);
  const KeyEntry& other = *store.ring().active(KeyRole::user);
  ASSERT_OK(write_file(place / one.secret, value(read_file(place / other.secret)), 0600));
  EXPECT_EQ(store.signing_key(one, no_password).error().code, ErrorCode::corrupt);
  KeyRing ring = store.ring();
  ring.keys[0].secret = "../outside";
  EXPECT_FALSE(parse_keyring(encode(ring)));
  ring.keys[0].secret = "/etc/passwd";
  EXPECT_FALSE(parse_keyring(encode(ring)));
}

TEST_F(KeyRings, SignWhatTheirTrustedRootVerifies) {
  KeyRingStore store = make();
  FixedClock clock(k_now + 5);
  std::unique_ptr<LocalSigner> signer =
      value(LocalSigner::open(store, KeyRole::artifact, clock, no_password));
  Signed manifest{a_manifest(), "example.org/app", {a_statement(a_manifest().digest)}};
  SignedObjects made = value(sign_image(std::vector{manifest}, signer->context(), all_forms()));
  EXPECT_EQ(made.objects.size(), 6U);
  TrustedRoot root = value(parse_trusted_root(encode(store.ring().trusted_root())));
  BundleTrust trust = trust_in(*store.ring().active(KeyRole::artifact), root, k_now + 5);
  for (Form form : {Form::bundle, Form::rekor_v1_bundle})
    for (const Bundle& bundle : bundles_of(made, form)) EXPECT_OK(verify_bundle(bundle, trust));
}

// A signature from before the rotation still counts, one by a key after its end does not.
TEST_F(KeyRings, KeepOldSignaturesValidThroughRotationAndNotPastRevocation) {
  make();
  KeyRingStore store = value(KeyRingStore::open_to_change(place, "", true));
  FixedClock clock(k_now + 5);
  std::string first = store.ring().active(KeyRole::artifact)->id();
  Signed manifest{a_manifest(), "example.org/app", {}};
  SignedObjects made;
  {
    auto signer = value(LocalSigner::open(store, KeyRole::artifact, clock, no_password));
    made = value(sign_image(std::vector{manifest}, signer->context(), all_forms()));
  }
  for (KeyRole role : {KeyRole::artifact, KeyRole::log, KeyRole::rekor_log, KeyRole::timestamp})
    value(store.generate(role, usual_algorithm(role), k_now + 10, ""));
  Bundle bundle = bundles_of(made).at(0);
  auto verdict = [&] {
    TrustedRoot root = store.ring().trusted_root();
    return verify_bundle(bundle, trust_in(*value(store.ring().find(first)), root, k_now + 20));
  };
  EXPECT_OK(verdict());
  auto signer = value(LocalSigner::open(store, KeyRole::artifact, clock, no_password));
  tlog::Log& log = *signer->context().log;  // the new log key has a log of its own
  ASSERT_EQ(log.size(), 1U);
  std::optional<tlog::Event> event = value(tlog::read_event(value(log.entries(0, 1)).at(0)));
  EXPECT_EQ(std::get<tlog::KeyRotation>(event.value()).after,
            store.ring().active(KeyRole::log)->key.digest());
  ASSERT_OK(store.revoke(first, k_now + 1, "stolen"));
  EXPECT_FALSE(verdict());
}

}  // namespace
}  // namespace kiln::signing::tests

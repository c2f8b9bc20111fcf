// SPDX-License-Identifier: Apache-2.0
#include "evidence/signing/local_signer.hpp"

#include <fmt/format.h>

namespace kiln::signing {

namespace {

Result<tlog::LogSettings> settings_of(const KeyEntry& entry) {
  if (entry.role == KeyRole::log) return tlog::LogSettings::tiles(entry.host, entry.key);
  return tlog::LogSettings::rekor_v1(entry.host, rekor_tree_id(entry.key), entry.key);
}

Result<> make_log(const tlog::LogPlace& place, const KeyEntry& entry, SigningKey& key) {
  TRY(make_directories(place.directory));
  tlog::LogSettings settings = TRY(settings_of(entry));
  return tlog::Log::create(place, settings, key);
}

}  // namespace

tlog::KeyRotation rotation_to(const KeyRing& ring, const KeyEntry& entry) {
  tlog::KeyRotation rotation{std::string(str(entry.role)), std::nullopt, entry.key.digest(),
                             entry.validity.from};
  for (const KeyEntry& other : ring.keys) {
    if (other.key == entry.key) break;
    if (other.role == entry.role) rotation.before = other.key.digest();
  }
  return rotation;
}

Result<tlog::Log> open_log(const KeyRingStore& store, const KeyEntry& entry, SigningKey& key) {
  tlog::LogPlace place{.directory = store.directory() / log_directory(entry)};
  Result<tlog::Log> opened = tlog::Log::open(place, key);
  if (!opened && opened.error().code == ErrorCode::not_found) {
    Result<> made = make_log(place, entry, key);
    opened = tlog::Log::open(place, key);
    if (!opened) TRY(std::move(made));  // else another process may have been faster
  }
  tlog::Log log = TRY(std::move(opened));
  if (log.size() == 0) {
    std::string first = write_event(rotation_to(store.ring(), entry));
    TRY(log.append(std::span(&first, 1)));
  }
  return log;
}

Result<> log_event(const KeyRingStore& store, const tlog::Event& event, const AskPassword& ask) {
  const KeyEntry* entry = store.ring().active(KeyRole::log);
  if (entry == nullptr) return {};
  std::unique_ptr<SigningKey> key = TRY(store.signing_key(*entry, ask));
  tlog::Log log = TRY(open_log(store, *entry, *key));
  std::string text = write_event(event);
  TRY(log.append(std::span(&text, 1)));
  return {};
}

Result<std::unique_ptr<LocalSigner>> LocalSigner::open(const KeyRingStore& store, KeyRole role,
                                                       const Clock& clock, const AskPassword& ask) {
  const KeyRing& ring = store.ring();
  std::unique_ptr<LocalSigner> signer(new LocalSigner(clock));
  const KeyEntry* key = TRY(ring.find(str(role)));
  signer->key_ = TRY(store.signing_key(*key, ask));
  if (const KeyEntry* entry = ring.active(KeyRole::log)) {
    signer->log_key_ = TRY(store.signing_key(*entry, ask));
    signer->log_ = TRY(open_log(store, *entry, *signer->log_key_));
  }
  if (const KeyEntry* entry = ring.active(KeyRole::rekor_log)) {
    signer->rekor_key_ = TRY(store.signing_key(*entry, ask));
    signer->rekor_ = TRY(open_log(store, *entry, *signer->rekor_key_));
    signer->rekor_log_.emplace(*signer->rekor_, *signer->rekor_key_);
  }
  if (const KeyEntry* entry = ring.active(KeyRole::timestamp)) {
    PrivateKey secret = TRY(store.private_key(*entry, ask));
    signer->authority_ = TRY(TimestampAuthority::create(std::move(secret), entry->chain));
  }
  if (const KeyEntry* entry = ring.active(KeyRole::notary)) {
    signer->notary_secret_ = TRY(store.signing_key(*entry, ask));
    signer->notary_.emplace(*signer->notary_secret_, entry->chain);
  }
  return signer;
}

SigningContext LocalSigner::context() {
  return {*key_,
          log_ ? &*log_ : nullptr,
          rekor_log_ ? &*rekor_log_ : nullptr,
          authority_ ? &*authority_ : nullptr,
          notary_ ? &*notary_ : nullptr,
          clock_};
}

}  // namespace kiln::signing

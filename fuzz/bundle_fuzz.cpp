// SPDX-License-Identifier: Apache-2.0
//
// Whatever bundle is taken, what is written from it reads back as the same, and checking it ends in
// a verdict: never in one that accepts, for the key and the logs are made here.
#include "evidence/signing/verify_entry.hpp"

#include <cstddef>
#include <cstdint>

namespace {

namespace signing = kiln::signing;

struct Trust {
  kiln::PrivateKey key = kiln::PrivateKey::generate(kiln::KeyAlgorithm::ecdsa_p256);
  kiln::PrivateKey log = kiln::PrivateKey::generate(kiln::KeyAlgorithm::ed25519);
  signing::TrustedRoot root;
  Trust() {
    root.logs.push_back({"https://log.example.org",
                         log.public_key(),
                         signing::log_id("log.example.org", log.public_key()),
                         {0, std::nullopt}});
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Trust trust;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  auto bundle = signing::parse_bundle(text);
  if (!bundle) return 0;
  auto again = signing::parse_bundle(signing::encode(*bundle));
  ASSERT(again && *again == *bundle);
  signing::BundleTrust asked{
      .key = trust.key.public_key(), .key_validity = {0, std::nullopt}, .root = &trust.root};
  ASSERT(!signing::verify_bundle(*bundle, asked));
  for (const signing::LogEntry& entry : bundle->entries)
    ASSERT(!signing::check_inclusion(entry, trust.root, {}, 0));
  (void)signing::verified_statement(*bundle, kiln::sha256("x"), "");
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
//
// Messages, signatures and keys from anywhere. The keyring's key has no secret part, so nothing may
// ever verify.
#include "crypto/armor.hpp"
#include "crypto/cleartext.hpp"
#include "crypto/openpgp.hpp"

#include <cstdint>
#include <cstdlib>

namespace {

// An Ed25519 key made for this harness; its secret part was thrown away.
constexpr std::string_view k_key = R"(-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEZVPxABYJKwYBBAHaRw8BAQdAGDaQ9Bduv2bb2l9uzjrmO/mhOkEmO3oorffe
LQ3tHEq0F0Z1enogPGZ1enpAZXhhbXBsZS5vcmc+iJAEExYIADgWIQSs7L1oUIgE
FbfpvsgeCotwrP0aigUCZVPxAAIbAwULCQgHAgYVCgkICwIEFgIDAQIeAQIXgAAK
CRAeCotwrP0ainsGAQDpbMSyTQelgNzciKGDDgObEMiGCBgbSFxVy2OwxvsARQEA
jopBgbJygLyWMcff5Q/Sm+1WEgX5Rc6x8JDaAv59GAs=
=jcqW
-----END PGP PUBLIC KEY BLOCK-----
)";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const kiln::Keyring keyring =
      std::move(*kiln::Keyring::load(std::vector{std::string(k_key)}, 1'800'000'000));
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (auto text = kiln::cleartext_of(bytes)) {
    if (text->size() > size + 1 || text->find('\0') != text->npos) std::abort();
    if (kiln::canonical_text(*text) != *text) std::abort();
  }
  if (kiln::verify_cleartext(bytes, keyring)) std::abort();
  if (kiln::verify_detached("content", bytes, keyring)) std::abort();
  if (auto other = kiln::Keyring::load(std::vector{std::string(bytes)}, 1'800'000'000))
    (void)other->digest();
  if (auto packets = kiln::dearmored_keys(bytes); packets && packets->size() > size) std::abort();
  return 0;
}

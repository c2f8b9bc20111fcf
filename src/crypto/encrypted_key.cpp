// SPDX-License-Identifier: Apache-2.0
//
// scrypt and secretbox by libsodium, whose secretbox is the one that cosign's Go library follows.
#include "crypto/encrypted_key.hpp"

#include "crypto/pem.hpp"
#include "data/json.hpp"

#include <array>

#include <sodium.h>

namespace kiln {

namespace {

constexpr std::string_view k_label = "ENCRYPTED SIGSTORE PRIVATE KEY";
constexpr std::string_view k_old_label = "ENCRYPTED COSIGN PRIVATE KEY";
constexpr size_t k_salt_size = 32;
constexpr int64_t k_r = 8;
constexpr int64_t k_p = 1;
constexpr int64_t k_our_n = 65536;

const unsigned char* data(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

unsigned char* data(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

void start_library() {
  static const bool ready = sodium_init() >= 0;
  ASSERT(ready);
}

std::string random_bytes(size_t size) {
  std::string bytes(size, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

// A key that is wiped with its owner.
struct BoxKey {
  std::array<unsigned char, crypto_secretbox_KEYBYTES> bytes{};
  BoxKey(std::string_view password, std::string_view salt, int64_t n) {
    ASSERT(crypto_pwhash_scryptsalsa208sha256_ll(data(password), password.size(), data(salt),
                                                 salt.size(), static_cast<uint64_t>(n), k_r, k_p,
                                                 bytes.data(), bytes.size()) == 0);
  }
  ~BoxKey() { sodium_memzero(bytes.data(), bytes.size()); }
  BoxKey(const BoxKey&) = delete;
  BoxKey& operator=(const BoxKey&) = delete;
};

struct Parameters {
  int64_t n = k_our_n;
  std::string salt;
  std::string nonce;
  std::string ciphertext;
};

Json to_json(const Parameters& parameters) {
  return Json::object(
      {{"kdf",
        Json::object({{"name", "scrypt"},
                      {"params", Json::object({{"N", parameters.n}, {"r", k_r}, {"p", k_p}})},
                      {"salt", to_base64(parameters.salt)}})},
       {"cipher",
        Json::object({{"name", "nacl/secretbox"}, {"nonce", to_base64(parameters.nonce)}})},
       {"ciphertext", to_base64(parameters.ciphertext)}});
}

Result<std::string> bytes_at(const Json& json, const MemberPath& path) {
  std::string text = TRY(json.get_string(path));
  return from_base64(text);
}

Result<Parameters> parameters_from(const Json& json) {
  if (TRY(json.get_string({"kdf", "name"})) != "scrypt" ||
      TRY(json.get_string({"cipher", "name"})) != "nacl/secretbox")
    return fail(ErrorCode::unsupported, "the key is encrypted in another way than cosign's");
  Parameters read;
  read.n = TRY(json.get_int({"kdf", "params", "N"}));
  int64_t r = TRY(json.get_int({"kdf", "params", "r"}));
  int64_t p = TRY(json.get_int({"kdf", "params", "p"}));
  if ((read.n != 32768 && read.n != 65536 && read.n != 131072) || r != k_r || p != k_p)
    return fail(ErrorCode::unsupported,
                "the key's password costs (scrypt N, r, p) are not among those accepted");
  read.salt = TRY(bytes_at(json, {"kdf", "salt"}));
  read.nonce = TRY(bytes_at(json, {"cipher", "nonce"}));
  read.ciphertext = TRY(bytes_at(json, "ciphertext"));
  return read;
}

}  // namespace

bool is_encrypted_key(std::string_view pem) {
  return pem.find(k_label) != std::string_view::npos ||
         pem.find(k_old_label) != std::string_view::npos;
}

std::string encrypt_key(const PrivateKey& key, std::string_view password) {
  start_library();
  Parameters made;
  made.salt = random_bytes(k_salt_size);
  made.nonce = random_bytes(crypto_secretbox_NONCEBYTES);
  BoxKey box(password, made.salt, made.n);
  std::string text = key.der();
  made.ciphertext.resize(text.size() + crypto_secretbox_MACBYTES);
  ASSERT(crypto_secretbox_easy(data(made.ciphertext), data(std::string_view(text)), text.size(),
                               data(std::string_view(made.nonce)), box.bytes.data()) == 0);
  sodium_memzero(text.data(), text.size());
  return write_pem(k_label, canonical(to_json(made)));
}

Result<PrivateKey> decrypt_key(std::string_view pem, std::string_view password) {
  start_library();
  bool old = pem.find(k_old_label) != std::string_view::npos;
  std::string body = TRY(parse_pem(pem, old ? k_old_label : k_label));
  Json json = TRY(parse_json(body, {.depth = 8}));
  Parameters read = TRY_CONTEXT(parameters_from(json), "reading an encrypted key");
  if (read.salt.size() != k_salt_size || read.nonce.size() != crypto_secretbox_NONCEBYTES ||
      read.ciphertext.size() < crypto_secretbox_MACBYTES)
    return fail(ErrorCode::corrupt,
                "the salt, nonce or text of the encrypted key has a wrong size");
  BoxKey box(password, read.salt, read.n);
  std::string text(read.ciphertext.size() - crypto_secretbox_MACBYTES, '\0');
  if (crypto_secretbox_open_easy(data(text), data(std::string_view(read.ciphertext)),
                                 read.ciphertext.size(), data(std::string_view(read.nonce)),
                                 box.bytes.data()) != 0)
    return fail(ErrorCode::unverified, "the password does not open the encrypted key",
                "give the right one in KILN_KEY_PASSWORD");
  Result<PrivateKey> key = PrivateKey::from_der(text);
  sodium_memzero(text.data(), text.size());
  return key;
}

}  // namespace kiln

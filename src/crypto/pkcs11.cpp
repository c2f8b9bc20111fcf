// SPDX-License-Identifier: Apache-2.0
#include "crypto/pkcs11.hpp"

#include "base/files.hpp"
#include "base/strings.hpp"
#include "crypto/ecdsa_signature.hpp"
#include "crypto/pkcs11_uri.hpp"

#include <array>
#include <mutex>
#include <optional>
#include <vector>

#include <dlfcn.h>
#include <fmt/format.h>
#include <p11-kit/pkcs11.h>

namespace kiln {

namespace {

constexpr const char* k_default_module = "libp11-kit.so.0";
// SubjectPublicKeyInfo of a key of each kind, before the bytes of its point.
constexpr std::string_view k_p256_prefix(
    "\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"
    "\x03\x42\x00",
    26);
constexpr std::string_view k_ed25519_prefix("\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", 12);

std::unexpected<Error> refused(std::string_view what, CK_RV code) {
  if (code == CKR_PIN_INCORRECT || code == CKR_PIN_INVALID || code == CKR_PIN_LEN_RANGE)
    return fail(ErrorCode::unverified, "the PIN of the token is wrong",
                "tokens lock themselves after a few wrong ones");
  return fail(ErrorCode::io,
              fmt::format("the token refused to {} (PKCS #11 code {:#x})", what, code));
}

#define TRY_TOKEN(call, what)                                               \
  do {                                                                      \
    if (CK_RV code_ = (call); code_ != CKR_OK) return refused(what, code_); \
  } while (false)

// A module stays loaded and initialised until the process ends: others may use it, too.
Result<CK_FUNCTION_LIST*> load_module(const std::string& path) {
  void* library = ::dlopen(path.empty() ? k_default_module : path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr)
    return fail(ErrorCode::not_found, fmt::format("cannot load a PKCS #11 module: {}", ::dlerror()),
                "name it with module-path= in the URI, or install libp11-kit0");
  auto get = reinterpret_cast<CK_C_GetFunctionList>(::dlsym(library, "C_GetFunctionList"));
  CK_FUNCTION_LIST* module = nullptr;
  if (get == nullptr || get(&module) != CKR_OK || module == nullptr)
    return fail(ErrorCode::not_found, "the library is not a PKCS #11 module");
  CK_C_INITIALIZE_ARGS arguments{};
  arguments.flags = CKF_OS_LOCKING_OK;
  CK_RV code = module->C_Initialize(&arguments);
  if (code != CKR_OK && code != CKR_CRYPTOKI_ALREADY_INITIALIZED) return refused("start", code);
  return module;
}

// A field of fixed width, filled with blanks.
template <size_t size>
bool fits(const std::string& wanted, const unsigned char (&field)[size]) {
  std::string_view text(reinterpret_cast<const char*>(field), size);
  return wanted.empty() || trim(text) == wanted;
}

Result<CK_SLOT_ID> find_slot(CK_FUNCTION_LIST& module, const Pkcs11Uri& uri) {
  std::array<CK_SLOT_ID, 64> slots{};
  CK_ULONG count = slots.size();
  TRY_TOKEN(module.C_GetSlotList(CK_TRUE, slots.data(), &count), "list its slots");
  std::optional<CK_SLOT_ID> found;
  for (CK_ULONG i = 0; i < count; ++i) {
    CK_TOKEN_INFO info{};
    if (module.C_GetTokenInfo(slots[i], &info) != CKR_OK) continue;
    if ((info.flags & CKF_TOKEN_INITIALIZED) == 0) continue;
    if (!fits(uri.token, info.label) || !fits(uri.serial, info.serialNumber) ||
        !fits(uri.manufacturer, info.manufacturerID) || !fits(uri.model, info.model))
      continue;
    if (found)
      return fail(ErrorCode::not_found, "several tokens fit the pkcs11: URI",
                  "add token= or serial= to it");
    found = slots[i];
  }
  if (!found)
    return fail(ErrorCode::not_found, "no token fits the pkcs11: URI",
                "`p11-kit list-tokens` shows what there is");
  return *found;
}

class TokenKey final : public SigningKey {
 public:
  static Result<std::unique_ptr<SigningKey>> open(const Pkcs11Uri& uri, const AskPin& ask);
  TokenKey(CK_FUNCTION_LIST& module, CK_SESSION_HANDLE session)
      : module_(module), session_(session) {}
  TokenKey(const TokenKey&) = delete;
  TokenKey& operator=(const TokenKey&) = delete;
  ~TokenKey() override { module_.C_CloseSession(session_); }

  const PublicKey& public_key() const override { return *public_key_; }
  Result<std::string> sign(std::string_view message) override;
  Result<std::string> sign_digest(const Digest& digest) override;

 private:
  Result<std::string> sign_by(CK_MECHANISM_TYPE kind, std::string_view input);
  Result<> log_in(const Pkcs11Uri& uri, const AskPin& ask);
  Result<CK_OBJECT_HANDLE> find(CK_OBJECT_CLASS kind, const std::string& label,
                                const std::string& id);
  Result<std::string> attribute(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type);
  Result<PublicKey> read_public_key(const Pkcs11Uri& uri);

  CK_FUNCTION_LIST& module_;
  CK_SESSION_HANDLE session_;
  CK_OBJECT_HANDLE key_ = 0;
  std::optional<PublicKey> public_key_;
  std::mutex mutex_;  // a session does one thing at a time
};

Result<std::string> pin_for(const Pkcs11Uri& uri, const AskPin& ask) {
  if (!uri.pin_value.empty()) return uri.pin_value;
  if (uri.pin_source.empty()) return ask(fmt::format("the PIN of token '{}'", uri.token));
  std::string_view path = uri.pin_source;
  if (path.starts_with("file:")) path.remove_prefix(5);
  if (path.starts_with("//")) path.remove_prefix(2);
  std::string pin = TRY(read_file(Path(path), 4096));
  return std::string(trim(pin));
}

Result<> TokenKey::log_in(const Pkcs11Uri& uri, const AskPin& ask) {
  std::string pin = TRY(pin_for(uri, ask));
  CK_RV code = module_.C_Login(session_, CKU_USER, reinterpret_cast<CK_UTF8CHAR_PTR>(pin.data()),
                               pin.size());
  if (code != CKR_OK && code != CKR_USER_ALREADY_LOGGED_IN) return refused("let us in", code);
  return {};
}

Result<CK_OBJECT_HANDLE> TokenKey::find(CK_OBJECT_CLASS kind, const std::string& label,
                                        const std::string& id) {
  std::vector<CK_ATTRIBUTE> wanted = {{CKA_CLASS, &kind, sizeof kind}};
  if (!label.empty()) wanted.push_back({CKA_LABEL, const_cast<char*>(label.data()), label.size()});
  if (!id.empty()) wanted.push_back({CKA_ID, const_cast<char*>(id.data()), id.size()});
  TRY_TOKEN(module_.C_FindObjectsInit(session_, wanted.data(), wanted.size()), "search for a key");
  std::array<CK_OBJECT_HANDLE, 2> found{};
  CK_ULONG count = 0;
  CK_RV code = module_.C_FindObjects(session_, found.data(), found.size(), &count);
  module_.C_FindObjectsFinal(session_);
  if (code != CKR_OK) return refused("search for a key", code);
  if (count == 1) return found[0];
  return fail(ErrorCode::not_found, fmt::format("the token has {} {} keys that fit the pkcs11: URI",
                                                count == 0 ? "no" : "several",
                                                kind == CKO_PRIVATE_KEY ? "private" : "public"));
}

Result<std::string> TokenKey::attribute(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) {
  std::string bytes(1024, '\0');
  CK_ATTRIBUTE wanted{type, bytes.data(), bytes.size()};
  TRY_TOKEN(module_.C_GetAttributeValue(session_, object, &wanted, 1), "show its public key");
  bytes.resize(std::min<size_t>(wanted.ulValueLen, bytes.size()));
  return bytes;
}

// CKA_EC_POINT is the point as the DER of an OCTET STRING.
Result<PublicKey> TokenKey::read_public_key(const Pkcs11Uri& uri) {
  std::string id = uri.id.empty() ? TRY(attribute(key_, CKA_ID)) : uri.id;
  CK_OBJECT_HANDLE object = TRY(find(CKO_PUBLIC_KEY, id.empty() ? uri.object : "", id));
  std::string kind = TRY(attribute(object, CKA_KEY_TYPE));
  std::string point = TRY(attribute(object, CKA_EC_POINT));
  CK_KEY_TYPE type = 0;
  if (kind.size() == sizeof type) std::memcpy(&type, kind.data(), sizeof type);
  if (point.size() < 2) return fail(ErrorCode::corrupt, "the token's public key has no point");
  if (type != CKK_EC && type != CKK_EC_EDWARDS)
    return fail(ErrorCode::unsupported, "the token's key is neither ECDSA on P-256 nor Ed25519");
  std::string_view prefix = type == CKK_EC ? k_p256_prefix : k_ed25519_prefix;
  return PublicKey::from_der(std::string(prefix) + point.substr(2));
}

Result<std::unique_ptr<SigningKey>> TokenKey::open(const Pkcs11Uri& uri, const AskPin& ask) {
  CK_FUNCTION_LIST& module = *TRY(load_module(uri.module_path));
  CK_SLOT_ID slot = TRY(find_slot(module, uri));
  CK_SESSION_HANDLE session = 0;
  TRY_TOKEN(module.C_OpenSession(slot, CKF_SERIAL_SESSION, nullptr, nullptr, &session),
            "open a session");
  auto key = std::make_unique<TokenKey>(module, session);
  TRY(key->log_in(uri, ask));
  key->key_ = TRY(key->find(CKO_PRIVATE_KEY, uri.object, uri.id));
  key->public_key_ = TRY(key->read_public_key(uri));
  return key;
}

Result<std::string> TokenKey::sign(std::string_view message) {
  if (public_key_->algorithm() == KeyAlgorithm::ecdsa_p256) return sign_digest(sha256(message));
  return sign_by(CKM_EDDSA, message);
}

Result<std::string> TokenKey::sign_digest(const Digest& digest) {
  if (public_key_->algorithm() != KeyAlgorithm::ecdsa_p256) return SigningKey::sign_digest(digest);
  return ecdsa_raw_to_der(TRY(sign_by(CKM_ECDSA, digest.bytes())));
}

Result<std::string> TokenKey::sign_by(CK_MECHANISM_TYPE kind, std::string_view message) {
  std::scoped_lock lock(mutex_);
  std::string input(message);
  CK_MECHANISM mechanism{kind, nullptr, 0};
  TRY_TOKEN(module_.C_SignInit(session_, &mechanism, key_), "sign");
  std::array<unsigned char, 128> signature{};
  CK_ULONG size = signature.size();
  TRY_TOKEN(module_.C_Sign(session_, reinterpret_cast<CK_BYTE_PTR>(input.data()), input.size(),
                           signature.data(), &size),
            "sign");
  return std::string(signature.begin(), signature.begin() + static_cast<ptrdiff_t>(size));
}

}  // namespace

Result<std::unique_ptr<SigningKey>> open_token_key(std::string_view uri, const AskPin& ask) {
  Pkcs11Uri parsed = TRY(Pkcs11Uri::parse(uri));
  return TokenKey::open(parsed, ask);
}

}  // namespace kiln

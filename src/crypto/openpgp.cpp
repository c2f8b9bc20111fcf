// SPDX-License-Identifier: Apache-2.0
//
// OpenPGP by librnp. The library decides whether a signature fits its content
// and its key; what key and which hash are good enough is decided here.
#include "crypto/openpgp.hpp"

#include "base/strings.hpp"
#include "crypto/cleartext.hpp"
#include "crypto/rnp_calls.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <mutex>

#include <fcntl.h>
#include <fmt/format.h>
#include <rnp/rnp_err.h>
#include <unistd.h>

namespace kiln {

using namespace rnp_calls;

namespace {

constexpr size_t k_largest_keyring = 16U << 20;
constexpr uint32_t k_fewest_bits = 2048;
constexpr std::array k_strong_hashes = {"SHA256", "SHA384", "SHA512", "SHA3-256", "SHA3-512"};

template <const auto& destroy>
struct Destroy {
  template <typename T>
  void operator()(T* handle) const {
    destroy(handle);
  }
};
using Ffi = std::unique_ptr<rnp_ffi_st, Destroy<rnp_ffi_destroy>>;
using Input = std::unique_ptr<rnp_input_st, Destroy<rnp_input_destroy>>;
using Output = std::unique_ptr<rnp_output_st, Destroy<rnp_output_destroy>>;
using Key = std::unique_ptr<rnp_key_handle_st, Destroy<rnp_key_handle_destroy>>;
using Verification = std::unique_ptr<rnp_op_verify_st, Destroy<rnp_op_verify_destroy>>;

// librnp's objects may not be used from two threads at once, and see Quiet.
std::mutex& library_mutex() {
  static std::mutex one;
  return one;
}

// Debian builds librnp so that it always prints what it stumbles over, even a signature by a key
// that is not known, which is an everyday thing, to stderr, and gives no switch. While one of these
// lives, with library_mutex held, `stderr` is a stream to nowhere. Descriptor 2 is left alone, so
// that children and std::cerr keep theirs.
class Quiet {
 public:
  Quiet() : kept_(stderr) {
    static FILE* nowhere = std::fopen("/dev/null", "we");
    if (nowhere != nullptr) stderr = nowhere;
  }
  ~Quiet() { stderr = kept_; }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;

 private:
  FILE* kept_;
};

// Out of memory, or arguments that this file must not make.
void expect_success(rnp_result_t result) {
  ASSERT(result == RNP_SUCCESS);
}

// It remembers `stderr` and closes what it remembers if that is another stream in the end, so it is
// made while `stderr` is what it always was, and gets a stream to nowhere of its own.
Ffi make_ffi() {
  rnp_ffi_t ffi = nullptr;
  expect_success(rnp_ffi_create(&ffi, "GPG", "GPG"));
  int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere >= 0 && rnp_ffi_set_log_fd(ffi, nowhere) != RNP_SUCCESS) close(nowhere);
  return Ffi(ffi);
}

// Of at least one byte, which the library insists on.
Result<Input> input_of(std::string_view bytes, std::string_view what) {
  if (bytes.empty()) return fail(ErrorCode::corrupt, fmt::format("{} is empty", what));
  rnp_input_t input = nullptr;
  expect_success(rnp_input_from_memory(&input, reinterpret_cast<const uint8_t*>(bytes.data()),
                                       bytes.size(), false));
  return Input(input);
}

// Calls a function that gives a string; an empty one when it fails.
template <typename Handle>
std::string text_from(const LateCall<rnp_result_t(Handle, char**)>& get, Handle handle) {
  char* text = nullptr;
  if (get(handle, &text) != RNP_SUCCESS || text == nullptr) return {};
  std::string copy = text;
  rnp_buffer_destroy(text);
  return copy;
}

// Calls a function that answers a question about a key; `otherwise` when it fails.
bool holds(const LateCall<rnp_result_t(rnp_key_handle_t, bool*)>& ask, const Key& key,
           bool otherwise) {
  bool answer = otherwise;
  return ask(key.get(), &answer) == RNP_SUCCESS ? answer : otherwise;
}

Key find_key(rnp_ffi_t ffi, const char* identifier_type, const std::string& identifier) {
  rnp_key_handle_t key = nullptr;
  rnp_locate_key(ffi, identifier_type, identifier.c_str(), &key);
  return Key(key);
}

KeyInfo describe(const Key& key) {
  KeyInfo info;
  info.fingerprint = text_from(rnp_key_get_fprint, key.get());
  info.user_id = text_from(rnp_key_get_primary_uid, key.get());
  if (info.user_id.empty()) {
    char* first = nullptr;
    if (rnp_key_get_uid_at(key.get(), 0, &first) == RNP_SUCCESS) info.user_id = first;
    rnp_buffer_destroy(first);
  }
  uint32_t created = 0;
  uint32_t lifetime = 0;
  rnp_key_get_creation(key.get(), &created);
  rnp_key_get_expiration(key.get(), &lifetime);
  info.created = created;
  if (lifetime > 0) info.expires = info.created + lifetime;
  size_t count = 0;
  rnp_key_get_subkey_count(key.get(), &count);
  for (size_t i = 0; i < count; ++i) {
    rnp_key_handle_t subkey = nullptr;
    if (rnp_key_get_subkey_at(key.get(), i, &subkey) != RNP_SUCCESS) continue;
    info.subkeys.push_back(text_from(rnp_key_get_fprint, Key(subkey).get()));
  }
  return info;
}

Result<std::vector<KeyInfo>> describe_all(rnp_ffi_t ffi) {
  std::vector<KeyInfo> keys;
  rnp_identifier_iterator_t iterator = nullptr;
  expect_success(rnp_identifier_iterator_create(ffi, &iterator, "fingerprint"));
  const char* fingerprint = nullptr;
  while (rnp_identifier_iterator_next(iterator, &fingerprint) == RNP_SUCCESS && fingerprint) {
    Key key = find_key(ffi, "fingerprint", fingerprint);
    if (key && holds(rnp_key_is_primary, key, false)) keys.push_back(describe(key));
  }
  rnp_identifier_iterator_destroy(iterator);
  std::ranges::sort(keys, {}, &KeyInfo::fingerprint);
  return keys;
}

// Why a key must not be believed, or nothing.
std::optional<std::string> objection_to_key(const Key& key) {
  if (holds(rnp_key_is_revoked, key, true)) return "the key is revoked";
  if (holds(rnp_key_is_expired, key, true)) return "the key is expired";
  if (!holds(rnp_key_is_valid, key, false)) return "the key has no valid self-signature";
  std::string algorithm = text_from(rnp_key_get_alg, key.get());
  uint32_t bits = 0;
  rnp_key_get_bits(key.get(), &bits);
  if ((algorithm == "RSA" || algorithm == "DSA") && bits < k_fewest_bits)
    return fmt::format("the key is weak ({}, {} bits)", algorithm, bits);
  return std::nullopt;
}

bool is_strong_hash(std::string_view name) {
  return std::ranges::find(k_strong_hashes, name) != k_strong_hashes.end();
}

// What became of one signature of a message.
struct Verdict {
  Signature signature;
  std::string key_id;                    // for messages
  std::optional<std::string> objection;  // why it does not count
};

std::string key_id_of(rnp_op_verify_signature_t found) {
  rnp_signature_handle_t handle = nullptr;
  if (rnp_op_verify_signature_get_handle(found, &handle) != RNP_SUCCESS) return "unknown";
  std::string id = text_from(rnp_signature_get_key_fprint, handle);
  if (id.empty()) id = text_from(rnp_signature_get_keyid, handle);
  rnp_signature_handle_destroy(handle);
  return id.empty() ? "unknown" : id;
}

std::string explain(rnp_result_t status) {
  switch (status) {
    case RNP_ERROR_KEY_NOT_FOUND:
      return "its key is not trusted here";
    case RNP_ERROR_SIGNATURE_EXPIRED:
      return "the signature is expired or made in the future";
    case RNP_ERROR_SIGNATURE_UNKNOWN:
      return "the signature has an unknown form";
    default:
      return "the signature does not fit the content or its key";
  }
}

// The key's own fault, its primary key's, or that it may not sign.
std::optional<std::string> check_signer(rnp_ffi_t ffi, const Key& key, Signature& signature) {
  signature.signed_by = text_from(rnp_key_get_fprint, key.get());
  signature.fingerprint = signature.signed_by;
  if (auto objection = objection_to_key(key)) return objection;
  bool may_sign = false;
  if (rnp_key_allows_usage(key.get(), "sign", &may_sign) != RNP_SUCCESS || !may_sign)
    return "the key is not meant for signing";
  if (holds(rnp_key_is_primary, key, false)) return std::nullopt;
  signature.fingerprint = text_from(rnp_key_get_primary_fprint, key.get());
  Key primary = find_key(ffi, "fingerprint", signature.fingerprint);
  if (!primary) return "its primary key is missing";
  return objection_to_key(primary);
}

Verdict judge(rnp_ffi_t ffi, rnp_op_verify_signature_t found) {
  Verdict verdict;
  verdict.key_id = key_id_of(found);
  uint32_t created = 0;
  rnp_op_verify_signature_get_times(found, &created, nullptr);
  verdict.signature.created = created;
  std::string hash = text_from(rnp_op_verify_signature_get_hash, found);
  rnp_result_t status = rnp_op_verify_signature_get_status(found);
  if (status == RNP_ERROR_KEY_NOT_FOUND) {
    verdict.objection = explain(status);
    return verdict;
  }
  rnp_key_handle_t handle = nullptr;
  rnp_op_verify_signature_get_key(found, &handle);
  Key key(handle);
  if (!is_strong_hash(hash)) {
    verdict.objection = fmt::format("its hash {} is weak", hash);
  } else if (auto objection = key ? check_signer(ffi, key, verdict.signature)
                                  : std::optional<std::string>("its key is not trusted here")) {
    verdict.objection = objection;
  } else if (status != RNP_SUCCESS) {
    verdict.objection = explain(status);
  }
  return verdict;
}

std::vector<Verdict> judge_all(rnp_ffi_t ffi, rnp_op_verify_t operation) {
  std::vector<Verdict> verdicts;
  size_t count = 0;
  rnp_op_verify_get_signature_count(operation, &count);
  for (size_t i = 0; i < count; ++i) {
    rnp_op_verify_signature_t found = nullptr;
    if (rnp_op_verify_get_signature_at(operation, i, &found) == RNP_SUCCESS)
      verdicts.push_back(judge(ffi, found));
  }
  return verdicts;
}

Result<std::vector<Signature>> accept(const std::vector<Verdict>& verdicts,
                                      std::span<const KeyInfo> keys) {
  std::vector<Signature> valid;
  std::vector<std::string> faults;
  for (const Verdict& verdict : verdicts) {
    if (verdict.objection)
      faults.push_back(fmt::format("{} ({})", verdict.key_id, *verdict.objection));
    else
      valid.push_back(verdict.signature);
  }
  if (!valid.empty()) return valid;
  std::vector<std::string> known;
  for (const KeyInfo& key : keys)
    known.push_back(fmt::format("{} ({})", key.fingerprint, printable(key.user_id)));
  return fail(ErrorCode::unverified,
              faults.empty() ? std::string("there is no signature")
                             : fmt::format("no signature counts: {}", join(faults, ", ")),
              fmt::format("keys trusted here: {}", join(known, ", ")));
}

// Runs the library over content and signatures. What it says counts only when it also says that it
// got to the end.
Result<std::vector<Signature>> execute(const Verification& operation, rnp_ffi_t ffi,
                                       std::span<const KeyInfo> keys) {
  rnp_result_t result = rnp_op_verify_execute(operation.get());
  auto valid = TRY(accept(judge_all(ffi, operation.get()), keys));
  if (result != RNP_SUCCESS)
    return fail(ErrorCode::unverified,
                fmt::format("the signatures cannot be verified: {}", rnp_result_to_string(result)));
  return valid;
}

std::string_view written_to(const Output& output) {
  uint8_t* bytes = nullptr;
  size_t size = 0;
  expect_success(rnp_output_memory_get_buf(output.get(), &bytes, &size, false));
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

struct Keyring::State {
  Ffi ffi;
  std::vector<KeyInfo> keys;
};

Result<Keyring> Keyring::load(std::span<const std::string> key_blobs, UnixTime now) {
  TRY(rnp_calls::library.load());
  std::lock_guard lock(library_mutex());
  auto state = std::make_shared<State>();
  state->ffi = make_ffi();
  rnp_ffi_t ffi = state->ffi.get();
  Quiet quiet;
  // Validity is judged when keys are loaded, so the clock is set before.
  expect_success(rnp_set_timestamp(ffi, static_cast<uint64_t>(std::max<UnixTime>(now, 1))));
  for (const std::string& blob : key_blobs) {
    if (blob.size() > k_largest_keyring)
      return fail(ErrorCode::limit, fmt::format("a keyring of {}", human_size(blob.size())));
    size_t before = 0;
    size_t after = 0;
    rnp_get_public_key_count(ffi, &before);
    Input input = TRY(input_of(blob, "a keyring"));
    rnp_result_t result = rnp_import_keys(
        ffi, input.get(), RNP_LOAD_SAVE_PUBLIC_KEYS | RNP_LOAD_SAVE_PERMISSIVE, nullptr);
    rnp_get_public_key_count(ffi, &after);
    // A blob may hold only keys that an earlier one held too; then importing it succeeds.
    if (result != RNP_SUCCESS || after == 0)
      return fail(ErrorCode::corrupt, "a keyring holds no OpenPGP public key that can be read",
                  "give the archive's keys as exported by gpg --export, armored or not");
  }
  state->keys = TRY(describe_all(ffi));
  return Keyring(std::move(state));
}

Digest Keyring::digest() const {
  Sha256 hash;
  for (const KeyInfo& key : state_->keys) hash.update(key.fingerprint + "\n");
  return hash.finish();
}

const std::vector<KeyInfo>& Keyring::keys() const {
  return state_->keys;
}

Result<VerifiedText> verify_cleartext(std::string_view message, const Keyring& keyring) {
  std::string content = TRY(cleartext_of(message));
  const Keyring::State& state = *keyring.state_;
  std::lock_guard lock(library_mutex());
  Quiet quiet;
  Input input = TRY(input_of(message, "the message"));
  rnp_output_t raw_output = nullptr;
  expect_success(rnp_output_to_memory(&raw_output, 0));
  Output output(raw_output);
  rnp_op_verify_t operation = nullptr;
  expect_success(rnp_op_verify_create(&operation, state.ffi.get(), input.get(), output.get()));
  Verification verification(operation);
  auto valid = TRY(execute(verification, state.ffi.get(), state.keys));
  if (canonical_text(written_to(output)) != content)
    return fail(ErrorCode::corrupt, "the signed text can be read in two ways");
  return VerifiedText{std::move(content), std::move(valid)};
}

Result<std::vector<Signature>> verify_detached(std::string_view content, std::string_view signature,
                                               const Keyring& keyring) {
  const Keyring::State& state = *keyring.state_;
  std::lock_guard lock(library_mutex());
  Quiet quiet;
  Input data = TRY(input_of(content, "the signed file"));
  Input proof = TRY(input_of(signature, "the signature"));
  rnp_op_verify_t operation = nullptr;
  expect_success(
      rnp_op_verify_detached_create(&operation, state.ffi.get(), data.get(), proof.get()));
  Verification verification(operation);
  return execute(verification, state.ffi.get(), state.keys);
}

}  // namespace kiln

// SPDX-License-Identifier: Apache-2.0
// SHA256_Init and its like are deprecated and stay in OpenSSL 3.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "crypto/digest.hpp"

#include "base/strings.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

namespace kiln {

namespace {

constexpr std::string_view k_prefix = "sha256:";

// Fetching an algorithm walks OpenSSL's provider tables under a lock, so each is fetched once.
const EVP_MD* evp_algorithm(HashAlgorithm algorithm) {
  static const std::array<EVP_MD*, 4> fetched = {
      EVP_MD_fetch(nullptr, "MD5", nullptr), EVP_MD_fetch(nullptr, "SHA1", nullptr),
      EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_fetch(nullptr, "SHA512", nullptr)};
  const EVP_MD* method = fetched[static_cast<size_t>(algorithm)];
  ASSERT(method != nullptr);
  return method;
}

bool is_lower_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

}  // namespace

Result<Digest> Digest::from_bytes(std::string_view raw) {
  if (raw.size() != k_size)
    return fail(ErrorCode::corrupt,
                fmt::format("a SHA-256 value has 32 bytes, not {}", raw.size()));
  Digest digest;
  std::copy(raw.begin(), raw.end(), digest.bytes_.begin());
  return digest;
}

Result<Digest> Digest::from_hex(std::string_view digits) {
  if (digits.size() != 2 * k_size || !std::ranges::all_of(digits, is_lower_hex))
    return fail(ErrorCode::corrupt, fmt::format("'{}' is not a SHA-256 value of 64 lower-case "
                                                "hexadecimal digits",
                                                printable(digits, 80)));
  return from_bytes(TRY(kiln::from_hex(digits)));
}

Result<Digest> Digest::parse(std::string_view text) {
  if (!text.starts_with(k_prefix))
    return fail(ErrorCode::corrupt,
                fmt::format("'{}' is not a digest of the form sha256:<hex>", printable(text, 80)));
  return from_hex(text.substr(k_prefix.size()));
}

std::string Digest::hex() const {
  return to_hex(bytes());
}

std::string Digest::str() const {
  return std::string(k_prefix) + hex();
}

void Hasher::Free::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

Hasher::Hasher(HashAlgorithm algorithm) : context_(EVP_MD_CTX_new()) {
  ASSERT(context_ != nullptr);
  ASSERT(EVP_DigestInit_ex2(context_.get(), evp_algorithm(algorithm), nullptr) == 1);
}

void Hasher::update(std::string_view bytes) {
  ASSERT(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
}

std::string Hasher::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> value;
  unsigned size = 0;
  ASSERT(EVP_DigestFinal_ex(context_.get(), value.data(), &size) == 1);
  ASSERT(EVP_DigestInit_ex2(context_.get(), nullptr, nullptr) == 1);
  return std::string(value.begin(), value.begin() + size);
}

namespace {

SHA256_CTX* context_in(std::byte* state) {
  return reinterpret_cast<SHA256_CTX*>(state);
}

}  // namespace

Sha256::Sha256() {
  static_assert(sizeof(SHA256_CTX) <= k_state_size && alignof(SHA256_CTX) <= alignof(uint64_t));
  ASSERT(SHA256_Init(context_in(state_.data())) == 1);
}

void Sha256::update(std::string_view bytes) {
  ASSERT(SHA256_Update(context_in(state_.data()), bytes.data(), bytes.size()) == 1);
}

Digest Sha256::finish() {
  Digest digest;
  auto* bytes = reinterpret_cast<unsigned char*>(digest.bytes_.data());
  ASSERT(SHA256_Final(bytes, context_in(state_.data())) == 1);
  ASSERT(SHA256_Init(context_in(state_.data())) == 1);
  return digest;
}

Digest sha256(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

std::string hash_hex(HashAlgorithm algorithm, std::string_view bytes) {
  Hasher hasher(algorithm);
  hasher.update(bytes);
  return to_hex(hasher.finish());
}

Result<> HashSink::write(std::string_view bytes) {
  hash_.update(bytes);
  size_ += bytes.size();
  if (next_ != nullptr) return next_->write(bytes);
  return {};
}

}  // namespace kiln

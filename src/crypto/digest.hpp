// SPDX-License-Identifier: Apache-2.0
//
// Digests: SHA-256 as the name of everything content-addressed, and the other hashes that
// archives mention (MD5 in dpkg's md5sums files, SHA-512 in Release files).
#pragma once
#include "base/bytes.hpp"
#include "base/result.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace kiln {

// A SHA-256 value. The default one is all zeros and stands for "none".
class Digest {
 public:
  static constexpr size_t k_size = 32;

  Digest() = default;
  // Takes exactly 32 raw bytes.
  static Result<Digest> from_bytes(std::string_view raw);
  // "sha256:" and 64 lower-case hexadecimal digits; the inverse of str(). Fails with corrupt.
  static Result<Digest> parse(std::string_view text);
  // 64 lower-case hexadecimal digits; the inverse of hex(). Fails with corrupt.
  static Result<Digest> from_hex(std::string_view digits);

  std::string str() const;
  std::string hex() const;
  std::string_view bytes() const { return {bytes_.data(), bytes_.size()}; }
  bool is_zero() const { return *this == Digest{}; }

  bool operator==(const Digest&) const = default;
  std::strong_ordering operator<=>(const Digest& other) const {
    return std::memcmp(bytes_.data(), other.bytes_.data(), k_size) <=> 0;
  }

 private:
  friend class Sha256;
  std::array<char, k_size> bytes_{};
};

struct DigestHash {
  size_t operator()(const Digest& digest) const {
    size_t value;
    std::memcpy(&value, digest.bytes().data(), sizeof value);
    return value;
  }
};

enum class HashAlgorithm { md5, sha1, sha256, sha512 };

// A hash in the making. After finish() it starts anew.
class Hasher {
 public:
  explicit Hasher(HashAlgorithm algorithm);
  Hasher(Hasher&&) noexcept = default;
  Hasher& operator=(Hasher&&) noexcept = default;
  ~Hasher() = default;

  void update(std::string_view bytes);
  // The raw hash value.
  std::string finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

// The hash that everything is named by. It is taken from libcrypto without its providers, whose
// start a command that hashes and does nothing else with cryptography would pay for.
class Sha256 {
 public:
  Sha256();
  void update(std::string_view bytes);
  Digest finish();

 private:
  static constexpr size_t k_state_size = 112;  // of SHA256_CTX, whose header is deprecated
  alignas(uint64_t) std::array<std::byte, k_state_size> state_;
};

Digest sha256(std::string_view bytes);
// Lower-case hexadecimal. MD5 and SHA-1 are for comparing with what old formats say, never proof.
std::string hash_hex(HashAlgorithm algorithm, std::string_view bytes);
inline std::string md5_hex(std::string_view bytes) {
  return hash_hex(HashAlgorithm::md5, bytes);
}
inline std::string sha512_hex(std::string_view bytes) {
  return hash_hex(HashAlgorithm::sha512, bytes);
}

// Hashes and counts what passes to `next`, which may be null.
class HashSink final : public Sink {
 public:
  explicit HashSink(Sink* next = nullptr) : next_(next) {}
  Result<> write(std::string_view bytes) override;
  uint64_t size() const { return size_; }
  // The digest of all bytes since the beginning or the last finish().
  Digest finish() { return hash_.finish(); }

 private:
  Sha256 hash_;
  Sink* next_;
  uint64_t size_ = 0;
};

}  // namespace kiln

// SPDX-License-Identifier: Apache-2.0
#include "support/apk_repository.hpp"

#include "crypto/openssl.hpp"
#include "support/apk_package.hpp"

#include <stdexcept>

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

namespace kiln::testing {

namespace {

DebFile member(std::string name, std::string_view content, UnixTime date) {
  DebFile file;
  file.entry.path = std::move(name);
  file.entry.size = content.size();
  file.entry.mtime = date;
  file.content = content;
  return file;
}

void must(bool good) {
  if (!good) throw std::runtime_error("OpenSSL failed");
}

std::string text_of(BIO* bio) {
  char* text = nullptr;
  long size = BIO_get_mem_data(bio, &text);
  return {text, static_cast<size_t>(size)};
}

}  // namespace

struct RsaKey::Held {
  openssl::Owned<EVP_PKEY, EVP_PKEY_free> key;
};

RsaKey::RsaKey() : held_(std::make_unique<Held>()) {
  held_->key.reset(EVP_RSA_gen(2048));
  must(held_->key != nullptr);
}

RsaKey::~RsaKey() = default;

std::string RsaKey::public_pem() const {
  openssl::Owned<BIO, BIO_free_all> bio(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_PUBKEY(bio.get(), held_->key.get()) == 1);
  return text_of(bio.get());
}

std::string RsaKey::private_pem() const {
  openssl::Owned<BIO, BIO_free_all> bio(BIO_new(BIO_s_mem()));
  must(PEM_write_bio_PrivateKey(bio.get(), held_->key.get(), nullptr, nullptr, 0, nullptr,
                                nullptr) == 1);
  return text_of(bio.get());
}

std::string RsaKey::sign(std::string_view message, HashAlgorithm hash) const {
  openssl::Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
  const EVP_MD* digest = hash == HashAlgorithm::sha1 ? EVP_sha1() : EVP_sha256();
  must(EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, held_->key.get()) == 1);
  std::string signature(512, '\0');
  size_t size = signature.size();
  must(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                      openssl::data(message), message.size()) == 1);
  signature.resize(size);
  return signature;
}

std::string apk_index_entry(std::string_view name, std::string_view version,
                            std::string_view more) {
  return fmt::format("C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\nP:{}\nV:{}\nA:x86_64\nS:1\nI:1\n{}\n", name,
                     version, more);
}

std::string apk_index_content(std::string_view text, UnixTime date, std::string_view description) {
  return apk_segment({member("DESCRIPTION", description, date), member("APKINDEX", text, date)},
                     true);
}

std::string apk_signed(std::string_view content, const RsaKey& key, std::string_view key_name,
                       HashAlgorithm hash) {
  std::string name =
      fmt::format(".SIGN.{}.{}", hash == HashAlgorithm::sha1 ? "RSA" : "RSA256", key_name);
  return apk_segment({member(name, key.sign(content, hash), 0)}, false) + std::string(content);
}

}  // namespace kiln::testing

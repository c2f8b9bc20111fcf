// SPDX-License-Identifier: Apache-2.0
//
// What is signed (RFC 6962 3.2), all numbers big endian:
//
//   text = version 0; type 0; time u64; entry type 1 u16; SHA-256 of the issuer's key;
//          length u24; TBSCertificate without the list itself; extensions (length u16)
//   list = length u16 *( length u16; version 0; log id 32; time u64; extensions (length u16);
//                        hash 4; algorithm 3; signature (length u16) )
#include "crypto/certificate_log.hpp"

#include "crypto/openssl.hpp"

#include <openssl/x509v3.h>

namespace kiln {

namespace {

using openssl::Owned;

constexpr const char* k_list_oid = "1.3.6.1.4.1.11129.2.4.2";

// Takes numbers and texts from the beginning of bytes; empty once they do not suffice.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : rest_(bytes) {}
  std::string_view take(size_t size) {
    if (size > rest_.size()) {
      good_ = false;
      return {};
    }
    std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  size_t number(size_t size) {
    size_t value = 0;
    for (char c : take(size)) value = value << 8 | static_cast<unsigned char>(c);
    return value;
  }
  std::string_view text() { return take(number(2)); }
  bool good() const { return good_; }
  bool empty() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

std::string big_endian(size_t value, size_t size) {
  std::string bytes;
  for (size_t i = size; i > 0; --i) bytes += static_cast<char>(value >> (8 * (i - 1)) & 0xff);
  return bytes;
}

// The part of a certificate that its issuer signs, before the list was put into it.
std::string before_logging(const Certificate& certificate) {
  Owned<X509, X509_free> copy(X509_dup(certificate.handle()));
  Owned<ASN1_OBJECT, ASN1_OBJECT_free> oid(OBJ_txt2obj(k_list_oid, 1));
  ASSERT(copy && oid);
  int at = X509_get_ext_by_OBJ(copy.get(), oid.get(), -1);
  Owned<X509_EXTENSION, X509_EXTENSION_free> removed(X509_delete_ext(copy.get(), at));
  return openssl::encoded([&](unsigned char** out) { return i2d_re_X509_tbs(copy.get(), out); });
}

// The list: an OCTET STRING inside the extension's own.
std::string list_of(const Certificate& certificate) {
  std::optional<std::string> value = certificate.extension(k_list_oid);
  if (!value) return {};
  Owned<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free> inner =
      openssl::decoded<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>(*value, d2i_ASN1_OCTET_STRING);
  if (!inner) return {};
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(inner.get())),
          static_cast<size_t>(ASN1_STRING_length(inner.get()))};
}

// Whether one promise is a log's over these bytes.
bool is_promise(std::string_view promise, std::string_view entry, std::span<const PublicKey> logs) {
  Cursor cursor(promise);
  std::string_view version = cursor.take(1);
  std::string_view log = cursor.take(32);
  std::string_view time = cursor.take(8);
  std::string_view extensions = cursor.text();
  std::string_view algorithm = cursor.take(2);
  std::string_view signature = cursor.text();
  constexpr std::string_view k_sha256_ecdsa("\4\3", 2);
  if (!cursor.good() || !cursor.empty() || version != std::string_view("\0", 1) ||
      algorithm != k_sha256_ecdsa)
    return false;
  std::string text("\0\0", 2);
  text.append(time);
  text.append(std::string_view("\0\1", 2));
  text.append(entry);
  text.append(big_endian(extensions.size(), 2));
  text.append(extensions);
  for (const PublicKey& key : logs)
    if (log == key.digest().bytes() && key.verify(text, signature)) return true;
  return false;
}

}  // namespace

Result<> verify_logged(const Certificate& certificate, const Certificate& issuer,
                       std::span<const PublicKey> logs) {
  std::string list = list_of(certificate);
  if (list.empty())
    return fail(ErrorCode::unverified, "the certificate carries no promise of a log");
  PublicKey issuer_key = TRY(issuer.public_key());
  std::string tbs = before_logging(certificate);
  std::string entry(issuer_key.digest().bytes());
  entry += big_endian(tbs.size(), 3) + tbs;
  Cursor whole(list);
  Cursor promises(whole.text());
  while (promises.good() && !promises.empty())
    if (is_promise(promises.text(), entry, logs)) return {};
  return fail(ErrorCode::unverified, "no trusted log has promised to log the certificate");
}

}  // namespace kiln

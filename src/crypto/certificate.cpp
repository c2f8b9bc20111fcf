// SPDX-License-Identifier: Apache-2.0
#include "crypto/certificate.hpp"

#include "crypto/openssl.hpp"
#include "crypto/pem.hpp"

#include <fmt/format.h>
#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

namespace kiln {

namespace {

constexpr std::string_view k_label = "CERTIFICATE";
constexpr size_t k_largest = 64U << 10;
constexpr size_t k_longest_chain = 10;

using openssl::Owned;

UnixTime unix_time(const ASN1_TIME* time) {
  Owned<ASN1_TIME, ASN1_TIME_free> epoch(ASN1_TIME_set(nullptr, 0));
  int days = 0;
  int seconds = 0;
  if (ASN1_TIME_diff(&days, &seconds, epoch.get(), time) != 1) return 0;
  return UnixTime{days} * 86400 + seconds;
}

void add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  Owned<X509_EXTENSION, X509_EXTENSION_free> extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  ASSERT(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

void add_extensions(X509* certificate, X509* issuer, CertificateUse use) {
  bool root = use == CertificateUse::root;
  if (root) add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(certificate, issuer, NID_key_usage,
                root ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature");
  if (use == CertificateUse::code_signing)
    add_extension(certificate, issuer, NID_ext_key_usage, "codeSigning");
  // RFC 3161 2.3: critical, and nothing beside it.
  if (use == CertificateUse::time_stamping)
    add_extension(certificate, issuer, NID_ext_key_usage, "critical,timeStamping");
  add_extension(certificate, issuer, NID_subject_key_identifier, "hash");
  if (!root) add_extension(certificate, issuer, NID_authority_key_identifier, "keyid:always");
}

void add_name(X509_NAME* name, const char* field, const std::string& text) {
  if (text.empty()) return;
  ASSERT(X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, openssl::data(text),
                                    static_cast<int>(text.size()), -1, 0) == 1);
}

// 16 random bytes that are a positive number, RFC 5280 4.1.2.2.
void set_random_serial(X509* certificate) {
  Owned<BIGNUM, BN_free> number(BN_new());
  ASSERT(number && BN_rand(number.get(), 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1);
  ASSERT(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr);
}

bool may_sign_code(X509* leaf) {
  uint32_t usage = X509_get_key_usage(leaf);
  uint32_t extended = X509_get_extended_key_usage(leaf);  // all bits when there is no extension
  return (usage & KU_DIGITAL_SIGNATURE) != 0 && (extended & XKU_CODE_SIGN) != 0 &&
         X509_check_ca(leaf) == 0;
}

bool fits(X509* leaf, CertificateUse use) {
  if (use == CertificateUse::root) return X509_check_ca(leaf) != 0;
  if (use == CertificateUse::code_signing) return may_sign_code(leaf);
  return X509_check_purpose(leaf, X509_PURPOSE_TIMESTAMP_SIGN, 0) == 1;
}

std::string_view str(CertificateUse use) {
  if (use == CertificateUse::root) return "issuing certificates";
  return use == CertificateUse::code_signing ? "code signing" : "time stamps";
}

}  // namespace

Result<Certificate> certificate_of(std::shared_ptr<x509_st> made) {
  Certificate certificate;
  certificate.der_ =
      openssl::encoded([&](unsigned char** out) { return i2d_X509(made.get(), out); });
  certificate.certificate_ = std::move(made);
  return certificate;
}

Result<Certificate> Certificate::from_der(std::string_view der) {
  std::shared_ptr<X509> read;
  if (der.size() <= k_largest) read = openssl::decoded<X509, X509_free>(der, d2i_X509);
  ERR_clear_error();
  if (!read) return fail(ErrorCode::corrupt, "these bytes are not an X.509 certificate");
  return certificate_of(std::move(read));
}

Result<Certificate> Certificate::from_pem(std::string_view pem) {
  std::string der = TRY(parse_pem(pem, k_label));
  return from_der(der);
}

Result<std::vector<Certificate>> certificates_from_pem(std::string_view pem) {
  std::vector<Certificate> certificates;
  for (const PemBlock& block : TRY(parse_pem(pem))) {
    if (block.label != k_label)
      return fail(ErrorCode::corrupt, "a PEM text of certificates has a block of another kind");
    certificates.push_back(TRY(Certificate::from_der(block.bytes)));
  }
  return certificates;
}

std::string Certificate::pem() const {
  return write_pem(k_label, der_);
}

namespace {

std::string text_of(const X509_NAME* name) {
  Owned<BIO, BIO_free> out(BIO_new(BIO_s_mem()));
  ASSERT(out != nullptr);
  X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253);
  char* text = nullptr;
  long size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<size_t>(size)};
}

}  // namespace

std::string Certificate::subject() const {
  return text_of(X509_get_subject_name(handle()));
}

std::string Certificate::issuer() const {
  return text_of(X509_get_issuer_name(handle()));
}

UnixTime Certificate::not_before() const {
  return unix_time(X509_get0_notBefore(handle()));
}

UnixTime Certificate::not_after() const {
  return unix_time(X509_get0_notAfter(handle()));
}

std::vector<std::string> Certificate::alternative_names() const {
  Owned<GENERAL_NAMES, GENERAL_NAMES_free> names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate_.get(), NID_subject_alt_name, nullptr, nullptr)));
  std::vector<std::string> found;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI && name->type != GEN_EMAIL) continue;
    const ASN1_IA5STRING* text = name->d.ia5;
    found.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                       static_cast<size_t>(ASN1_STRING_length(text)));
  }
  return found;
}

std::optional<std::string> Certificate::extension(const std::string& oid) const {
  Owned<ASN1_OBJECT, ASN1_OBJECT_free> object(OBJ_txt2obj(oid.c_str(), 1));
  int at = object ? X509_get_ext_by_OBJ(certificate_.get(), object.get(), -1) : -1;
  if (at < 0) return std::nullopt;
  const ASN1_OCTET_STRING* value = X509_EXTENSION_get_data(X509_get_ext(certificate_.get(), at));
  return std::string(reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                     static_cast<size_t>(ASN1_STRING_length(value)));
}

namespace {

std::string key_of(X509* certificate) {
  return openssl::encoded(
      [&](unsigned char** out) { return i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), out); });
}

}  // namespace

Result<PublicKey> Certificate::public_key() const {
  return PublicKey::from_der(key_of(handle()));
}

Result<PublicKey> Certificate::anyones_public_key() const {
  return PublicKey::anyones_from_der(key_of(handle()));
}

namespace {

Certificate make(const CertificateRequest& request, const PublicKey& subject, X509* issuer,
                 const PrivateKey& issuer_key) {
  Owned<X509, X509_free> made(X509_new());
  X509* certificate = made.get();
  ASSERT(certificate != nullptr && X509_set_version(certificate, X509_VERSION_3) == 1);
  set_random_serial(certificate);
  ASSERT(ASN1_TIME_set(X509_getm_notBefore(certificate), request.not_before) != nullptr);
  ASSERT(ASN1_TIME_set(X509_getm_notAfter(certificate), request.not_after) != nullptr);
  X509_NAME* name = X509_get_subject_name(certificate);
  add_name(name, "O", request.organization);
  add_name(name, "CN", request.common_name);
  if (issuer == nullptr) issuer = certificate;
  ASSERT(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1);
  ASSERT(X509_set_pubkey(certificate, subject.handle()) == 1);
  add_extensions(certificate, issuer, request.use);
  bool hashed = issuer_key.public_key().algorithm() == KeyAlgorithm::ecdsa_p256;
  ASSERT(X509_sign(certificate, issuer_key.handle(), hashed ? EVP_sha256() : nullptr) > 0);
  Result<Certificate> result = certificate_of(std::shared_ptr<X509>(std::move(made)));
  return std::move(*result);
}

}  // namespace

Certificate make_root(const CertificateRequest& request, const PrivateKey& key) {
  return make(request, key.public_key(), nullptr, key);
}

Certificate issue(const CertificateRequest& request, const PublicKey& subject,
                  const Certificate& issuer, const PrivateKey& issuer_key) {
  return make(request, subject, issuer.handle(), issuer_key);
}

Result<> verify_chain(std::span<const Certificate> chain, std::span<const Certificate> roots,
                      CertificateUse use, UnixTime at) {
  if (chain.empty() || chain.size() > k_longest_chain)
    return fail(ErrorCode::unverified, fmt::format("a chain of {} certificates", chain.size()));
  if (!fits(chain[0].handle(), use))
    return fail(ErrorCode::unverified, fmt::format("the certificate of {} is not one for {}",
                                                   chain[0].subject(), str(use)));
  Owned<X509_STORE, X509_STORE_free> store(X509_STORE_new());
  for (const Certificate& root : roots) X509_STORE_add_cert(store.get(), root.handle());
  openssl::CertificateList others(sk_X509_new_null());
  for (const Certificate& certificate : chain.subspan(1))
    sk_X509_push(others.get(), certificate.handle());
  Owned<X509_STORE_CTX, X509_STORE_CTX_free> context(X509_STORE_CTX_new());
  ASSERT(store && others && context &&
         X509_STORE_CTX_init(context.get(), store.get(), chain[0].handle(), others.get()) == 1);
  X509_STORE_CTX_set_time(context.get(), 0, at);
  bool valid = X509_verify_cert(context.get()) == 1;
  int reason = X509_STORE_CTX_get_error(context.get());
  ERR_clear_error();
  if (valid) return {};
  return fail(
      ErrorCode::unverified,
      fmt::format("the certificate of {} does not lead to a trusted one at {}: {}",
                  chain[0].subject(), format_rfc3339(at), X509_verify_cert_error_string(reason)));
}

}  // namespace kiln

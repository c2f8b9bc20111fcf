// SPDX-License-Identifier: Apache-2.0
#include "crypto/timestamp.hpp"

#include "crypto/openssl.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ts.h>

namespace kiln {

namespace {

using openssl::Owned;
using Response = Owned<TS_RESP, TS_RESP_free>;

constexpr size_t k_largest_response = 64U << 10;

// The policy of sigstore's timestamp authority: imprints by SHA-256 or better, whole seconds.
constexpr const char* k_policy = "1.3.6.1.4.1.57264.2";

// The request that the response answers, as DER in a BIO.
Owned<BIO, BIO_free> request_for(std::string_view message) {
  Owned<TS_REQ, TS_REQ_free> request(TS_REQ_new());
  Owned<TS_MSG_IMPRINT, TS_MSG_IMPRINT_free> imprint(TS_MSG_IMPRINT_new());
  Owned<X509_ALGOR, X509_ALGOR_free> algorithm(X509_ALGOR_new());
  ASSERT(request && imprint && algorithm);
  X509_ALGOR_set_md(algorithm.get(), EVP_sha256());
  std::string digest(sha256(message).bytes());
  ASSERT(TS_MSG_IMPRINT_set_algo(imprint.get(), algorithm.get()) == 1);
  ASSERT(TS_MSG_IMPRINT_set_msg(imprint.get(), reinterpret_cast<unsigned char*>(digest.data()),
                                static_cast<int>(digest.size())) == 1);
  ASSERT(TS_REQ_set_version(request.get(), 1) == 1 &&
         TS_REQ_set_msg_imprint(request.get(), imprint.get()) == 1 &&
         TS_REQ_set_cert_req(request.get(), 1) == 1);
  Owned<BIO, BIO_free> out(BIO_new(BIO_s_mem()));
  ASSERT(out && i2d_TS_REQ_bio(out.get(), request.get()) == 1);
  return out;
}

ASN1_INTEGER* random_serial(TS_RESP_CTX* /*context*/, void* /*unused*/) {
  Owned<BIGNUM, BN_free> number(BN_new());
  ASSERT(number && BN_rand(number.get(), 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1);
  return BN_to_ASN1_INTEGER(number.get(), nullptr);
}

int given_time(TS_RESP_CTX* /*context*/, void* now, long* seconds, long* microseconds) {
  *seconds = static_cast<long>(*static_cast<UnixTime*>(now));
  *microseconds = 0;
  return 1;
}

std::optional<UnixTime> time_of(TS_RESP* response) {
  TS_TST_INFO* info = TS_RESP_get_tst_info(response);
  if (info == nullptr) return std::nullopt;
  Owned<ASN1_TIME, ASN1_TIME_free> epoch(ASN1_TIME_set(nullptr, 0));
  int days = 0;
  int seconds = 0;
  if (ASN1_TIME_diff(&days, &seconds, epoch.get(), TS_TST_INFO_get_time(info)) != 1)
    return std::nullopt;
  return UnixTime{days} * 86400 + seconds;
}

// Whether the token was signed by this certificate's key, and by no other.
bool is_signed_by(TS_RESP* response, X509* certificate) {
  PKCS7* token = TS_RESP_get_token(response);
  openssl::CertificateList known(sk_X509_new_null());
  ASSERT(known && sk_X509_push(known.get(), certificate) > 0);
  openssl::CertificateList signers(PKCS7_get0_signers(token, known.get(), 0));
  return signers && sk_X509_num(signers.get()) == 1 &&
         X509_cmp(sk_X509_value(signers.get(), 0), certificate) == 0;
}

std::string last_reason() {
  unsigned long code = ERR_peek_last_error();
  const char* text = ERR_reason_error_string(code);
  ERR_clear_error();
  return text == nullptr ? "not a valid answer" : text;
}

// Gives the context what it checks against, for it to free. OpenSSL 3.4 has new names for that.
void hand_over(TS_VERIFY_CTX* context, unsigned char* imprint, size_t imprint_size,
               X509_STORE* store, STACK_OF(X509) * known) {
  auto size = static_cast<long>(imprint_size);
#if OPENSSL_VERSION_NUMBER >= 0x30400000L
  ASSERT(TS_VERIFY_CTX_set0_imprint(context, imprint, size) == 1 &&
         TS_VERIFY_CTX_set0_store(context, store) == 1 &&
         TS_VERIFY_CTX_set0_certs(context, known) == 1);
#else
  TS_VERIFY_CTX_set_imprint(context, imprint, size);
  TS_VERIFY_CTX_set_store(context, store);
  TS_VERIFY_CTX_set_certs(context, known);
#endif
}

}  // namespace

Result<TimestampAuthority> TimestampAuthority::create(PrivateKey key,
                                                      std::vector<Certificate> chain) {
  if (chain.empty() || TRY(chain[0].public_key()) != key.public_key())
    return fail(ErrorCode::bad_input, "the time stamp key has no certificate of its own");
  TRY(verify_chain(chain, std::span(chain).last(1), CertificateUse::time_stamping,
                   chain[0].not_before()));
  return TimestampAuthority(std::move(key), std::move(chain));
}

std::string TimestampAuthority::stamp(std::string_view message, UnixTime now) const {
  Owned<TS_RESP_CTX, TS_RESP_CTX_free> context(TS_RESP_CTX_new());
  Owned<ASN1_OBJECT, ASN1_OBJECT_free> policy(OBJ_txt2obj(k_policy, 1));
  openssl::CertificateList above(sk_X509_new_null());
  ASSERT(context && policy && above);
  for (const Certificate& certificate : std::span(chain_).subspan(1))
    sk_X509_push(above.get(), certificate.handle());
  TS_RESP_CTX* made = context.get();
  ASSERT(TS_RESP_CTX_set_signer_cert(made, chain_[0].handle()) == 1 &&
         TS_RESP_CTX_set_signer_key(made, key_.handle()) == 1 &&
         TS_RESP_CTX_set_certs(made, above.get()) == 1 &&
         TS_RESP_CTX_set_def_policy(made, policy.get()) == 1 &&
         TS_RESP_CTX_add_md(made, EVP_sha256()) == 1 &&
         TS_RESP_CTX_set_signer_digest(made, EVP_sha256()) == 1 &&
         TS_RESP_CTX_set_ess_cert_id_digest(made, EVP_sha256()) == 1 &&
         TS_RESP_CTX_set_accuracy(made, 1, 0, 0) == 1);
  TS_RESP_CTX_set_serial_cb(made, random_serial, nullptr);
  TS_RESP_CTX_set_time_cb(made, given_time, &now);
  Owned<BIO, BIO_free> request = request_for(message);
  Response response(TS_RESP_create_response(made, request.get()));
  ASSERT(response && TS_RESP_get_token(response.get()) != nullptr);
  return openssl::encoded([&](unsigned char** out) { return i2d_TS_RESP(response.get(), out); });
}

Result<UnixTime> verify_timestamp(std::string_view response_bytes, std::string_view message,
                                  std::span<const Certificate> chain) {
  Response response;
  if (response_bytes.size() <= k_largest_response)
    response = openssl::decoded<TS_RESP, TS_RESP_free>(response_bytes, d2i_TS_RESP);
  ERR_clear_error();
  std::optional<UnixTime> time = response ? time_of(response.get()) : std::nullopt;
  if (!time) return fail(ErrorCode::corrupt, "these bytes are not a time stamp (RFC 3161)");
  TRY(verify_chain(chain, chain.last(1), CertificateUse::time_stamping, *time));
  if (!is_signed_by(response.get(), chain[0].handle())) {
    ERR_clear_error();
    return fail(ErrorCode::unverified,
                fmt::format("the time stamp is not one of {}", chain[0].subject()));
  }

  Owned<X509_STORE, X509_STORE_free> store(X509_STORE_new());
  ASSERT(store && X509_STORE_add_cert(store.get(), chain.back().handle()) == 1);
  X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store.get()), *time);
  STACK_OF(X509)* known = sk_X509_new_null();
  for (const Certificate& certificate : chain) {
    X509_up_ref(certificate.handle());
    sk_X509_push(known, certificate.handle());
  }
  std::string digest(sha256(message).bytes());
  auto* imprint = static_cast<unsigned char*>(OPENSSL_memdup(digest.data(), digest.size()));
  Owned<TS_VERIFY_CTX, TS_VERIFY_CTX_free> context(TS_VERIFY_CTX_new());
  TS_VERIFY_CTX_set_flags(context.get(), TS_VFY_VERSION | TS_VFY_IMPRINT | TS_VFY_SIGNATURE);
  hand_over(context.get(), imprint, digest.size(), store.release(), known);
  if (TS_RESP_verify_response(context.get(), response.get()) != 1)
    return fail(ErrorCode::unverified,
                fmt::format("the time stamp is not valid: {}", last_reason()));
  return *time;
}

}  // namespace kiln

// SPDX-License-Identifier: Apache-2.0
#include "rootfs/effects/certificate.hpp"

#include "base/bytes.hpp"

#include <memory>

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/x509.h>

namespace kiln::rootfs {

namespace {

constexpr std::string_view k_begin[] = {"-----BEGIN CERTIFICATE-----",
                                        "-----BEGIN X509 CERTIFICATE-----"};
constexpr std::string_view k_end[] = {"-----END CERTIFICATE-----",
                                      "-----END X509 CERTIFICATE-----"};

struct FreeName {
  void operator()(X509_NAME* name) const { X509_NAME_free(name); }
};

std::unexpected<Error> malformed() {
  return fail(ErrorCode::corrupt, "a certificate does not parse");
}

// One element of DER (X.690): all of its bytes, and those of its value.
struct Element {
  std::string_view whole;
  std::string_view value;
};

// The element at the front of `rest`, which it is removed from.
Result<Element> take(std::string_view& rest, int tag, int tag_class = V_ASN1_UNIVERSAL) {
  const auto* start = reinterpret_cast<const unsigned char*>(rest.data());
  const unsigned char* at = start;
  long size = 0;
  int found_tag = 0;
  int found_class = 0;
  int flags = ASN1_get_object(&at, &size, &found_tag, &found_class, static_cast<long>(rest.size()));
  constexpr int k_bad_or_indefinite = 0x81;
  if ((flags & k_bad_or_indefinite) != 0 || found_tag != tag || found_class != tag_class)
    return malformed();
  auto header = static_cast<size_t>(at - start);
  Element element{rest.substr(0, header + static_cast<size_t>(size)),
                  rest.substr(header, static_cast<size_t>(size))};
  rest.remove_prefix(element.whole.size());
  return element;
}

// The subject of a certificate (RFC 5280 4.1) as DER. What is asked of the other fields is only
// that they are there: decoding them all, with the key, costs fifty times as much.
Result<std::string_view> subject_of(std::string_view der) {
  Element certificate = TRY(take(der, V_ASN1_SEQUENCE));
  std::string_view rest = certificate.value;
  Element signed_part = TRY(take(rest, V_ASN1_SEQUENCE));
  TRY(take(rest, V_ASN1_SEQUENCE));    // signatureAlgorithm
  TRY(take(rest, V_ASN1_BIT_STRING));  // signatureValue
  if (!der.empty() || !rest.empty()) return malformed();
  rest = signed_part.value;
  constexpr char k_version = '\xa0';
  if (rest.starts_with(k_version)) TRY(take(rest, 0, V_ASN1_CONTEXT_SPECIFIC));
  TRY(take(rest, V_ASN1_INTEGER));   // serialNumber
  TRY(take(rest, V_ASN1_SEQUENCE));  // signature
  TRY(take(rest, V_ASN1_SEQUENCE));  // issuer
  TRY(take(rest, V_ASN1_SEQUENCE));  // validity
  Element subject = TRY(take(rest, V_ASN1_SEQUENCE));
  TRY(take(rest, V_ASN1_SEQUENCE));  // subjectPublicKeyInfo
  return subject.whole;
}

Result<Certificate> parse_der(std::string der) {
  Result<std::string_view> subject = subject_of(der);
  ERR_clear_error();
  if (!subject) return std::unexpected(subject.error());
  const auto* next = reinterpret_cast<const unsigned char*>(subject->data());
  std::unique_ptr<X509_NAME, FreeName> name(
      d2i_X509_NAME(nullptr, &next, static_cast<long>(subject->size())));
  int hashed = 0;
  uint32_t hash = 0;
  if (name) hash = static_cast<uint32_t>(X509_NAME_hash_ex(name.get(), nullptr, nullptr, &hashed));
  ERR_clear_error();
  if (hashed != 1) return malformed();
  return Certificate{std::move(der), hash};
}

std::string without_blanks(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c != '\n' && c != '\r' && c != ' ' && c != '\t') out += c;
  }
  return out;
}

}  // namespace

Result<std::vector<Certificate>> read_certificates(std::string_view pem) {
  std::vector<Certificate> certificates;
  for (size_t at = 0; at < pem.size();) {
    size_t begin = std::string_view::npos;
    size_t kind = 0;
    for (size_t i = 0; i < std::size(k_begin); ++i) {
      size_t found = pem.find(k_begin[i], at);
      if (found < begin) {
        begin = found;
        kind = i;
      }
    }
    if (begin == std::string_view::npos) break;
    begin += k_begin[kind].size();
    size_t end = pem.find(k_end[kind], begin);
    if (end == std::string_view::npos) {
      return fail(ErrorCode::corrupt, "a certificate has no end line");
    }
    std::string der = TRY(from_base64(without_blanks(pem.substr(begin, end - begin))));
    certificates.push_back(TRY(parse_der(std::move(der))));
    at = end + k_end[kind].size();
  }
  return certificates;
}

}  // namespace kiln::rootfs

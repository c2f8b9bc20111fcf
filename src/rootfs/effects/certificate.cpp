// SPDX-License-Identifier: Apache-2.0
#include "rootfs/effects/certificate.hpp"

#include "base/bytes.hpp"

#include <memory>

#include <openssl/err.h>
#include <openssl/x509.h>

namespace kiln::rootfs {

namespace {

constexpr std::string_view k_begin[] = {"-----BEGIN CERTIFICATE-----",
                                        "-----BEGIN X509 CERTIFICATE-----"};
constexpr std::string_view k_end[] = {"-----END CERTIFICATE-----",
                                      "-----END X509 CERTIFICATE-----"};

struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};

Result<Certificate> parse_der(std::string der) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  const unsigned char* next = bytes;
  std::unique_ptr<X509, FreeCertificate> parsed(
      d2i_X509(nullptr, &next, static_cast<long>(der.size())));
  if (!parsed || next != bytes + der.size()) {
    ERR_clear_error();
    return fail(ErrorCode::corrupt, "a certificate does not parse");
  }
  return Certificate{std::move(der), static_cast<uint32_t>(X509_subject_name_hash(parsed.get()))};
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

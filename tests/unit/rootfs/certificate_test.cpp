// SPDX-License-Identifier: Apache-2.0
#include "rootfs/effects/certificate.hpp"

#include "base/bytes.hpp"
#include "base/process.hpp"
#include "support/result_matchers.hpp"
#include "support/tools.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace kiln::rootfs {
namespace {

using testing::value;

std::string openssl(std::vector<std::string> arguments, std::string input = {}) {
  arguments.insert(arguments.begin(), "openssl");
  ProcessResult result = value(run_process({std::move(arguments), std::move(input), {}, {}}));
  if (result.exit_code != 0) throw std::runtime_error(result.error_output);
  return result.output;
}

std::string make_certificate(const std::string& subject) {
  return openssl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                  "-keyout", "/dev/null", "-utf8", "-subj", subject});
}

std::string pem_of(std::string_view der) {
  return "-----BEGIN CERTIFICATE-----\n" + to_base64(der) + "\n-----END CERTIFICATE-----\n";
}

TEST(RootCertificates, HaveTheHashThatOpensslGivesThem) {
  NEED_TOOL("openssl");
  for (const char* subject : {"/CN=Plain", "/C=DE/O=  Blanks   and CAPITALS /CN=root 1",
                              "/O=Ünïcode Société/OU=Größe/CN=Ωmega", "/CN=a/CN=a/CN=b"}) {
    std::string pem = make_certificate(subject);
    std::vector<Certificate> read = value(read_certificates("text before\n" + pem + pem));
    ASSERT_EQ(read.size(), 2U);
    EXPECT_EQ(fmt::format("{:08x}\n", read[1].subject_hash),
              openssl({"x509", "-noout", "-subject_hash"}, pem))
        << subject;
  }
}

TEST(RootCertificates, DamagedOnesAreRefused) {
  NEED_TOOL("openssl");
  std::string der = value(read_certificates(make_certificate("/O=kiln/CN=test")))[0].der;
  for (size_t size = 0; size < der.size(); ++size)
    EXPECT_FALSE(read_certificates(pem_of(der.substr(0, size)))) << size;
  EXPECT_FALSE(read_certificates(pem_of(der + "x")));
  std::string emptied = der;
  emptied[1] = 0;
  EXPECT_FALSE(read_certificates(pem_of(emptied)));
  EXPECT_FALSE(read_certificates("-----BEGIN CERTIFICATE-----\nMAA="));
}

}  // namespace
}  // namespace kiln::rootfs

// SPDX-License-Identifier: Apache-2.0
//
// Signatures by certificates that name an identity, as Fulcio issues them: made by openssl, with
// and without the promise of a certificate log.
#include "base/bytes.hpp"
#include "evidence/signing/dsse.hpp"
#include "oci/artifact.hpp"
#include "signed_image.hpp"
#include "support/result_matchers.hpp"
#include "support/tools.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace kiln::verification::tests {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::run_tool;
using testing::value;

constexpr const char* k_identity = "https://builder.example/job";
constexpr const char* k_issuer = "https://issuer.example";

std::string big_endian(size_t number, size_t size) {
  std::string bytes;
  for (size_t i = size; i > 0; --i) bytes += static_cast<char>(number >> (8 * (i - 1)) & 0xff);
  return bytes;
}

// The part of a certificate that is signed: the first member of its SEQUENCE.
std::string tbs_of(const std::string& der) {
  auto header = [&](size_t at) {
    auto first = static_cast<unsigned char>(der[at + 1]);
    size_t more = first < 0x80 ? 0 : first & 0x7f;
    size_t length = first < 0x80 ? first : 0;
    for (size_t i = 0; i < more; ++i)
      length = length << 8 | static_cast<unsigned char>(der[at + 2 + i]);
    return std::pair{2 + more, length};
  };
  size_t start = header(0).first;
  auto [head, length] = header(start);
  return der.substr(start, head + length);
}

class Certified : public ::testing::Test {
 protected:
  void SetUp() override {
    NEED_TOOL("openssl");
    openssl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
             "-keyout", path("ca.key"), "-out", path("ca.pem"), "-subj", "/CN=tests authority",
             "-days", "3650", "-addext", "keyUsage=critical,keyCertSign"});
    write("leaf.key", image_.installation.key.pem());
    openssl({"req", "-new", "-key", path("leaf.key"), "-subj", "/", "-out", path("leaf.csr")});
    now_ = SystemClock().now();
    authority_ = {value(certificates_from_pem(value(read_file(path("ca.pem")))))};
  }

  std::string path(const std::string& name) const { return directory_.path() / name; }
  void write(const std::string& name, const std::string& text) {
    EXPECT_OK(write_file(path(name), text));
  }
  static void openssl(std::vector<std::string> words) {
    words.insert(words.begin(), "openssl");
    testing::ToolRun run = run_tool(words);
    ASSERT_EQ(run.exit_code, 0) << run.errors;
  }

  // A leaf for the installation's key; the same but for `more` whenever it is made again.
  Certificate leaf(const std::string& more = {}) {
    write("extensions",
          fmt::format("subjectAltName=critical,URI:{}\nkeyUsage=critical,digitalSignature\n"
                      "extendedKeyUsage=codeSigning\n"
                      "1.3.6.1.4.1.57264.1.8=ASN1:UTF8String:{}\n{}",
                      k_identity, k_issuer, more));
    write("database", "");
    write("ca.conf", fmt::format("[ca]\ndefault_ca=d\n[d]\ndatabase={0}/database\nserial={0}/"
                                 "serial\nnew_certs_dir={0}\ndefault_md=sha256\npolicy=p\n"
                                 "unique_subject=no\n[p]\ncommonName=optional\n",
                                 directory_.path().string()));
    write("serial", "0A\n");
    openssl({"ca", "-batch", "-config", path("ca.conf"), "-in", path("leaf.csr"), "-out",
             path("leaf.pem"), "-cert", path("ca.pem"), "-keyfile", path("ca.key"), "-extfile",
             path("extensions"), "-startdate", date(now_ - 300), "-enddate", date(now_ + 300),
             "-notext"});
    return value(certificates_from_pem(value(read_file(path("leaf.pem"))))).at(0);
  }

  // "20261124120000Z"
  static std::string date(UnixTime time) {
    std::string text;
    for (char c : format_rfc3339(time))
      if ((c >= '0' && c <= '9') || c == 'Z') text += c;
    return text;
  }

  // A leaf with a log's promise.
  Certificate logged_leaf(PrivateKey& log) {
    std::string tbs = tbs_of(leaf().der());
    std::string time = big_endian(static_cast<size_t>(now_) * 1000, 8);
    std::string text = std::string("\0\0", 2) + time + std::string("\0\1", 2) +
                       std::string(value(authority_[0].public_key()).digest().bytes()) +
                       big_endian(tbs.size(), 3) + tbs + std::string("\0\0", 2);
    std::string signature = value(log.sign(text));
    std::string promise = std::string("\0", 1) + std::string(log.public_key().digest().bytes()) +
                          time + std::string("\0\0\4\3", 4) + big_endian(signature.size(), 2) +
                          signature;
    std::string list = big_endian(promise.size(), 2) + promise;
    list = big_endian(list.size(), 2) + list;
    return leaf(fmt::format("1.3.6.1.4.1.11129.2.4.2=DER:04:{}{:02x}:{}\n",
                            list.size() < 128 ? "" : "81:", list.size(), colons(to_hex(list))));
  }
  static std::string colons(const std::string& hex) {
    std::string text;
    for (size_t i = 0; i < hex.size(); i += 2) text += (i == 0 ? "" : ":") + hex.substr(i, 2);
    return text;
  }

  // Puts a bundle by this certificate beside the image, logged and stamped now, and asks.
  Answer verify(const Certificate& certificate, const Policy& policy) {
    PrivateKey& key = image_.installation.key;
    signing::EncodedStatement statement =
        signing::encode(signing::image_signature(image_.image.index.digest));
    signing::Bundle bundle;
    bundle.certificate = certificate.der();
    bundle.content =
        value(signing::sign_envelope(signing::k_statement_payload_type, statement.payload, key));
    bundle.timestamps = {image_.installation.authority->stamp(signing::signature_of(bundle), now_)};
    image_.edit_layout = [&](oci::Content& content) {
      oci::attach(content, image_.image.index, signing::k_bundle_type, signing::k_bundle_type,
                  signing::encode(bundle));
    };
    return image_.verify(policy, {.now = now_});
  }

  Policy policy() {
    Policy policy;
    Signer signer;
    signer.name = "builder";
    signer.identity = k_identity;
    signer.issuer = k_issuer;
    policy.signers = {signer};
    policy.trusted_root = image_.installation.root;
    policy.trusted_root->certificate_authorities = {
        {"tests", "tests authority", "https://ca.example", authority_, {0, std::nullopt}}};
    return policy;
  }

  SignedImage image_{};
  TemporaryDirectory directory_ = value(TemporaryDirectory::create());
  std::vector<Certificate> authority_;
  UnixTime now_ = 0;
};

TEST_F(Certified, IsAcceptedByItsIdentity) {
  Answer answer = verify(leaf(), policy());
  EXPECT_TRUE(answer.verdict.accepted()) << text(answer.verdict);
  EXPECT_THAT(lines(answer.verdict, Outcome::passed), Contains(HasSubstr("by builder (bundle)")));
}

TEST_F(Certified, CountsForNothingWithAnotherIdentityOrIssuer) {
  Policy other_identity = policy();
  other_identity.signers[0].identity += "/other";
  Policy other_issuer = policy();
  other_issuer.signers[0].issuer = "https://evil.example";
  for (const Policy& asked : {other_identity, other_issuer}) {
    Answer answer = verify(leaf(), asked);
    expect_refused("another identity", answer.verdict);
    EXPECT_THAT(complaints(answer.verdict),
                ElementsAre(HasSubstr("missing signature index: no trusted signer has signed it")));
  }
}

TEST_F(Certified, IsRefusedWithAnotherAuthority) {
  Policy asked = policy();
  asked.trusted_root->certificate_authorities[0].chain = image_.installation.authority->chain();
  Answer answer = verify(leaf(), asked);
  expect_refused("another authority", answer.verdict);
  EXPECT_THAT(complaints(answer.verdict), Contains(HasSubstr("does not lead to a trusted one")));
}

TEST_F(Certified, IsRefusedWithoutAProvenTime) {
  Certificate certificate = leaf();
  image_.installation.root.timestamp_authorities.clear();
  Answer answer = verify(certificate, policy());
  expect_refused("certificate without a proven time", answer.verdict);
}

TEST_F(Certified, NeedsThePromiseOfACertificateLogWhereTheRootHasLogs) {
  PrivateKey log = PrivateKey::generate(KeyAlgorithm::ecdsa_p256);
  PrivateKey other = PrivateKey::generate(KeyAlgorithm::ecdsa_p256);
  Policy asked = policy();
  asked.trusted_root->certificate_logs = {
      {"https://ct.example", log.public_key(), "", {0, std::nullopt}}};
  Answer answer = verify(leaf(), asked);
  expect_refused("certificate without a log's promise", answer.verdict);
  EXPECT_THAT(complaints(answer.verdict),
              Contains(HasSubstr("the certificate carries no promise of a log")));
  answer = verify(logged_leaf(other), asked);
  expect_refused("certificate with another log's promise", answer.verdict);
  EXPECT_THAT(complaints(answer.verdict),
              Contains(HasSubstr("no trusted log has promised to log the certificate")));
  answer = verify(logged_leaf(log), asked);
  EXPECT_TRUE(answer.verdict.accepted()) << text(answer.verdict);
}

}  // namespace
}  // namespace kiln::verification::tests

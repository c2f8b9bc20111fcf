// SPDX-License-Identifier: Apache-2.0
//
// Images that others signed, with keys and in ways that Kiln does not use itself: RSA and P-384 as
// cosign makes them, and Notary's signatures. openssl holds the keys and signs.
#include "base/bytes.hpp"
#include "evidence/signing/base64url.hpp"
#include "evidence/signing/notary.hpp"
#include "oci/artifact.hpp"
#include "signed_image.hpp"
#include "support/result_matchers.hpp"
#include "support/tools.hpp"

#include <mutex>

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace kiln::verification::tests {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using testing::value;

struct Way {
  std::string name;
  std::vector<std::string> make;  // further words of openssl genpkey
  std::vector<std::string> sign;  // and of openssl dgst
};

const Way k_rsa2048 = {
    "Rsa2048", {"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"}, {"-sha256"}};
const Way k_pss4096 = {
    "RsaPss4096",
    {"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:4096"},
    {"-sha256", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"}};
const std::vector<std::string> k_p384 = {"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"};
const Way k_p384_sha384 = {"P384WithSha384", k_p384, {"-sha384"}};
const Way k_p384_sha256 = {"P384WithSha256", k_p384, {"-sha256"}};

// A key that openssl keeps.
class OpensslKey final : public SigningKey {
 public:
  explicit OpensslKey(const Way& way) : way_(way) {
    std::vector<std::string> words = {"genpkey", "-out", path("key.pem")};
    words.insert(words.end(), way.make.begin(), way.make.end());
    openssl(words);
    openssl({"pkey", "-in", path("key.pem"), "-pubout", "-out", path("key.pub")});
    public_key_ = value(PublicKey::anyones_from_pem(public_pem()));
  }
  const PublicKey& public_key() const override { return *public_key_; }
  std::string public_pem() const { return value(read_file(path("key.pub"))); }
  Result<std::string> sign(std::string_view message) override {
    std::scoped_lock lock(mutex_);  // its files are shared
    TRY(write_file(path("message"), message));
    std::vector<std::string> words = {"dgst", "-sign", path("key.pem"), "-out", path("signature")};
    words.insert(words.end(), way_.sign.begin(), way_.sign.end());
    words.push_back(path("message"));
    openssl(words);
    return read_file(path("signature"));
  }

  // A certificate of this key for code signing, by a root that is made for it; leaf first.
  std::vector<Certificate> chain(const std::string& days = "3650") {
    openssl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
             "-keyout", path("ca.key"), "-out", path("ca.pem"), "-subj", "/CN=others authority",
             "-days", "3650", "-addext", "keyUsage=critical,keyCertSign"});
    openssl({"req", "-new", "-key", path("key.pem"), "-subj", "/CN=others/O=Others", "-out",
             path("leaf.csr")});
    value(write_file(path("leaf.ext"),
                     "keyUsage=critical,digitalSignature\nextendedKeyUsage=codeSigning\n"));
    openssl({"x509", "-req", "-in", path("leaf.csr"), "-CA", path("ca.pem"), "-CAkey",
             path("ca.key"), "-CAcreateserial", "-extfile", path("leaf.ext"), "-days", days, "-out",
             path("leaf.pem")});
    return value(certificates_from_pem(value(read_file(path("leaf.pem"))) +
                                       value(read_file(path("ca.pem")))));
  }

 private:
  std::string path(const std::string& name) const { return directory_.path() / name; }
  static void openssl(std::vector<std::string> words) {
    words.insert(words.begin(), "openssl");
    testing::ToolRun run = testing::run_tool(words);
    if (run.exit_code != 0) throw std::runtime_error(run.errors);
  }

  Way way_;
  TemporaryDirectory directory_ = value(TemporaryDirectory::create());
  std::mutex mutex_;
  std::optional<PublicKey> public_key_;
};

class ForeignKeys : public ::testing::TestWithParam<Way> {};

INSTANTIATE_TEST_SUITE_P(, ForeignKeys,
                         ::testing::Values(k_rsa2048, k_pss4096, k_p384_sha384, k_p384_sha256),
                         [](const auto& tested) { return tested.param.name; });

Policy trusting(const PublicKey& key) {
  Policy policy;
  Signer signer;
  signer.name = "others";
  signer.key = key;
  signer.key_digest = key.digest();
  policy.signers = {signer};
  return policy;
}

TEST_P(ForeignKeys, SignaturesByThemCountAndThoseByOthersDoNot) {
  NEED_TOOL("openssl");
  OpensslKey key(GetParam());
  SignedImage image;
  signing::SigningContext context{.key = key, .clock = image.installation.clock};
  signing::Signed index{image.image.index,
                        "example.org/hello",
                        {statement_about(image.image.index.digest, "https://example.org/test")}};
  image.made = value(signing::sign_image(
      std::vector{index}, context, std::vector{signing::Form::bundle, signing::Form::simple_tag}));
  Answer good = image.verify(trusting(key.public_key()));
  EXPECT_TRUE(good.verdict.accepted()) << text(good.verdict);
  EXPECT_THAT(lines(good.verdict, Outcome::passed),
              Contains(HasSubstr("by others (bundle, simple signature)")));
  EXPECT_FALSE(image.verify(trusting(OpensslKey(GetParam()).public_key())).verdict.accepted());
}

TEST_P(ForeignKeys, AChangedMessageOrSignatureIsRefused) {
  NEED_TOOL("openssl");
  OpensslKey key(GetParam());
  std::string signature = value(key.sign("a message"));
  EXPECT_OK(key.public_key().verify("a message", signature));
  EXPECT_FALSE(key.public_key().verify("a massage", signature));
  EXPECT_FALSE(key.public_key().verify("a message", signature.substr(0, signature.size() - 1)));
  EXPECT_FALSE(key.public_key().verify("a message", ""));
  signature[signature.size() / 2] = static_cast<char>(signature[signature.size() / 2] ^ 1);
  EXPECT_FALSE(key.public_key().verify("a message", signature));
}

// Kiln's own documents, logs and key rings have keys of its own kinds alone.
TEST_P(ForeignKeys, AreReadOnlyWhereTheyAreAskedFor) {
  NEED_TOOL("openssl");
  OpensslKey key(GetParam());
  Result<PublicKey> own = PublicKey::from_pem(key.public_pem());
  ASSERT_FALSE(own);
  EXPECT_EQ(own.error().code, ErrorCode::unsupported);
}

TEST(ForeignKey, OfTooFewBitsIsRefused) {
  NEED_TOOL("openssl");
  EXPECT_THROW(
      OpensslKey({"", {"-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"}, {"-sha256"}}),
      std::exception);
}

struct JwsWay {
  std::string algorithm;
  Way way;
};

// A Notary signature by openssl: RSA in PSS padding, ECDSA as r and s.
std::string jws_of(const oci::Descriptor& target, const std::string& algorithm, OpensslKey& key,
                   const std::vector<Certificate>& chain, UnixTime time,
                   const std::string& more = {}) {
  std::string payload = signing::to_base64url(
      fmt::format(R"({{"targetArtifact":{{"mediaType":"{}","digest":"{}","size":{}}}}})",
                  target.media_type, target.digest.str(), target.size));
  std::string header = signing::to_base64url(fmt::format(
      R"({{"alg":"{}","cty":"application/vnd.cncf.notary.payload.v1+json",)"
      R"("crit":["io.cncf.notary.signingScheme"],)"
      R"("io.cncf.notary.signingScheme":"notary.x509",{}"io.cncf.notary.signingTime":"{}"}})",
      algorithm, more, format_rfc3339(time)));
  std::string signature = value(key.sign(header + "." + payload));
  if (algorithm.starts_with("ES")) {  // DER of two numbers, to 48 bytes each
    std::string raw;
    size_t at = static_cast<unsigned char>(signature[1]) >= 0x80 ? 3 : 2;
    for (int part = 0; part < 2; ++part) {
      size_t size = static_cast<unsigned char>(signature[at + 1]);
      std::string number = signature.substr(at + 2, size);
      at += 2 + size;
      if (number.size() > 48) number.erase(0, number.size() - 48);
      raw += std::string(48 - number.size(), '\0') + number;
    }
    signature = raw;
  }
  Json certificates = Json::array();
  for (const Certificate& certificate : chain) certificates.push_back(to_base64(certificate.der()));
  return canonical(Json::object({{"payload", payload},
                                 {"protected", header},
                                 {"header", Json::object({{"x5c", std::move(certificates)}})},
                                 {"signature", signing::to_base64url(signature)}}));
}

class NotarySignatures : public ::testing::TestWithParam<JwsWay> {
 protected:
  void SetUp() override {
    NEED_TOOL("openssl");
    key_.emplace(GetParam().way);
    chain_ = key_->chain();
    now_ = SystemClock().now() + 5;
  }

  std::string jws(const oci::Descriptor& target, const std::string& more = {}) {
    return jws_of(target, GetParam().algorithm, *key_, chain_, now_, more);
  }
  // The verdict on an image that has this signature of its index beside it.
  Verdict verdict(const std::string& jws, const Policy& policy) {
    image_.edit_layout = [&](oci::Content& content) {
      oci::attach(content, image_.image.index, signing::k_notary_type, signing::k_jws_type, jws);
    };
    return image_.verify(policy, {.now = now_ + 1}).verdict;
  }
  Policy policy() {
    Policy policy;
    Signer signer;
    signer.name = "others";
    signer.roots = {chain_.back()};
    policy.signers = {signer};
    return policy;
  }

  std::optional<OpensslKey> key_;
  std::vector<Certificate> chain_;
  SignedImage image_;
  UnixTime now_ = 0;
};

INSTANTIATE_TEST_SUITE_P(, NotarySignatures,
                         ::testing::Values(JwsWay{"PS256", k_pss4096},
                                           JwsWay{"ES384", k_p384_sha384}),
                         [](const auto& tested) { return tested.param.algorithm; });

TEST_P(NotarySignatures, CountByTheirAuthority) {
  Verdict good = verdict(jws(image_.image.index), policy());
  EXPECT_TRUE(good.accepted()) << text(good);
  EXPECT_THAT(lines(good, Outcome::passed), Contains(HasSubstr("by others (notary signature)")));
  Policy of_one = policy();
  of_one.signers[0].subject = chain_[0].subject();
  EXPECT_TRUE(verdict(jws(image_.image.index), of_one).accepted());
}

TEST_P(NotarySignatures, OfAnotherAuthorityOrSubjectCountForNothing) {
  Policy of_another = policy();
  of_another.signers[0].subject = "CN=another";
  EXPECT_FALSE(verdict(jws(image_.image.index), of_another).accepted());
  Policy by_key = trusting(image_.installation.key.public_key());
  EXPECT_THAT(complaints(verdict(jws(image_.image.index), by_key)),
              Contains(HasSubstr("one is there of others")));
  // Of the same name, with another key.
  Policy same_name = policy();
  same_name.signers[0].roots = {OpensslKey(k_p384_sha384).chain().back()};
  EXPECT_THAT(complaints(verdict(jws(image_.image.index), same_name)),
              Contains(HasSubstr("does not lead to a trusted one")));
}

TEST_P(NotarySignatures, AreRefusedForAnotherManifestOrWithAnythingChanged) {
  EXPECT_THAT(complaints(verdict(jws(image_.image.manifests[0]), policy())),
              Contains(HasSubstr("the Notary signature is not for")));
  Json good = value(parse_json(jws(image_.image.index)));
  for (std::string_view member : {"payload", "protected", "signature"}) {
    Json changed = good;
    std::string text = changed[member].as_string();
    text[text.size() / 2] = text[text.size() / 2] == 'A' ? 'B' : 'A';
    changed[member] = text;
    EXPECT_FALSE(verdict(canonical(changed), policy()).accepted()) << member;
  }
  Json other_chain = good;
  other_chain["header"]["x5c"].as_array()[0] =
      to_base64(OpensslKey(GetParam().way).chain()[0].der());
  EXPECT_FALSE(verdict(canonical(other_chain), policy()).accepted());
}

TEST_P(NotarySignatures, AreRefusedWhenExpiredOrWithDemandsThatAreNotKnown) {
  std::string expiry = fmt::format(R"("io.cncf.notary.expiry":"{}",)", format_rfc3339(now_ - 100));
  Verdict late = verdict(jws(image_.image.index, expiry), policy());
  expect_refused("expired signature", late);
  EXPECT_THAT(complaints(late), Contains(HasSubstr("the Notary signature expired")));
  std::string other_algorithm = jws_of(image_.image.index, "RS256", *key_, chain_, now_);
  EXPECT_FALSE(verdict(other_algorithm, policy()).accepted());
}

// The time in the signature is its maker's word: a certificate that has ended cannot be backdated.
TEST_P(NotarySignatures, AreRefusedWhenTheCertificateIsNotValidNow) {
  std::string good = jws(image_.image.index);
  now_ = chain_[0].not_after() + 10;
  Verdict late = verdict(good, policy());
  expect_refused("expired certificate", late);
  EXPECT_THAT(complaints(late), Contains(HasSubstr("does not lead to a trusted one")));
}

}  // namespace
}  // namespace kiln::verification::tests

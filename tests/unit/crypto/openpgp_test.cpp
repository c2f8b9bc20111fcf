// SPDX-License-Identifier: Apache-2.0
//
// GnuPG makes keys and signatures here, and gpgv says what is right.
#include "crypto/openpgp.hpp"

#include "base/files.hpp"
#include "base/process.hpp"
#include "base/strings.hpp"
#include "support/result_matchers.hpp"

namespace kiln {
namespace {

using ::testing::HasSubstr;
using testing::value;

constexpr UnixTime k_made = 1'700'000'000;   // when keys and signatures are made
constexpr UnixTime k_now = k_made + 86'400;  // when they are judged
constexpr const char* k_alice = "Alice <alice@example.org>";

// A GnuPG home in a temporary directory, with its clock at k_made.
class GnuPg {
 public:
  GnuPg() : home_(value(TemporaryDirectory::create())) {
    std::filesystem::permissions(home_.path(), std::filesystem::perms::owner_all);
  }
  ~GnuPg() {
    (void)run_process({{"gpgconf", "--homedir", home_.path(), "--kill", "gpg-agent"}, {}, {}, {}});
  }
  GnuPg(const GnuPg&) = delete;
  GnuPg& operator=(const GnuPg&) = delete;

  static bool is_installed() {
    return run_process({{"gpg", "--version"}, {}, {}, {}}).has_value() &&
           run_process({{"gpgv", "--version"}, {}, {}, {}}).has_value();
  }
  Path file(std::string_view name) const { return home_.path() / name; }

  std::string run(std::vector<std::string> arguments, const std::string& input = {}) const {
    std::vector<std::string> command = {
        "gpg",          "--homedir", home_.path(),          "--batch",
        "--quiet",      "--no-tty",  "--pinentry-mode",     "loopback",
        "--passphrase", "",          "--faked-system-time", std::to_string(k_made) + "!"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    ProcessResult result = value(run_process({command, input, {}, {}}));
    if (result.exit_code != 0) throw std::runtime_error(result.error_output);
    return result.output;
  }
  void make_key(const std::string& user, const std::string& algorithm = "ed25519",
                const std::string& expiry = "never") const {
    run({"--quick-generate-key", user, algorithm, "sign", expiry});
  }
  std::string fingerprint(const std::string& user) const {
    std::string list = run({"--with-colons", "--list-keys", user});
    for (std::string_view line : split(list, '\n'))
      if (line.starts_with("fpr:")) return std::string(split(line, ':')[9]);
    return {};
  }
  std::string export_key(const std::string& user) const { return run({"--export", user}); }
  std::string clearsign(const std::string& text, std::vector<std::string> arguments) const {
    arguments.push_back("--clearsign");
    return run(arguments, text);
  }

 private:
  TemporaryDirectory home_;
};

Keyring keyring_of(const std::vector<std::string>& blobs, UnixTime now = k_now) {
  return value(Keyring::load(blobs, now));
}

template <typename T>
void expect_failure(const Result<T>& result, ErrorCode code, const std::string& words) {
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, code) << result.error().str();
  EXPECT_THAT(result.error().str(), HasSubstr(words));
}

// One home with one key for all tests that need no more; making keys takes a while.
class OpenPgp : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (!GnuPg::is_installed()) return;
    gpg_ = std::make_unique<GnuPg>();
    gpg_->make_key(k_alice);
    alice_ = gpg_->export_key(k_alice);
  }
  static void TearDownTestSuite() { gpg_.reset(); }
  void SetUp() override {
    if (!gpg_) GTEST_SKIP() << "gpg and gpgv are not installed";
  }
  static std::string signed_text(const std::string& text) {
    return gpg_->clearsign(text, {"-u", k_alice});
  }

  static inline std::unique_ptr<GnuPg> gpg_;
  static inline std::string alice_;
};

TEST_F(OpenPgp, VerifiesTheSameTextAsGpgv) {
  ASSERT_OK(write_file(gpg_->file("alice.gpg"), alice_));
  Keyring keyring = keyring_of({alice_});
  for (const std::string& text :
       {std::string("Origin: Kiln\nSuite: stable\n"), std::string("- dash\n-----BEGIN\n--\n-\n"),
        std::string("\n\nblank lines\n\n\n"), std::string("From here\n caf\xc3\xa9\n"),
        std::string("x\n")}) {
    std::string message = signed_text(text);
    VerifiedText verified = value(verify_cleartext(message, keyring));
    EXPECT_EQ(verified.content, text);
    ASSERT_EQ(verified.valid.size(), 1U);
    EXPECT_EQ(verified.valid[0].fingerprint, gpg_->fingerprint(k_alice));
    EXPECT_EQ(verified.valid[0].created, k_made);
    ASSERT_OK(write_file(gpg_->file("message"), message));
    auto judge = value(run_process(
        {{"gpgv", "--keyring", gpg_->file("alice.gpg"), "--output", "-", gpg_->file("message")},
         {},
         {},
         {}}));
    EXPECT_EQ(judge.exit_code, 0) << judge.error_output;
    EXPECT_EQ(judge.output, verified.content);
  }
}

TEST_F(OpenPgp, LeavesOutBlanksThatNoSignatureCovers) {
  std::string message = signed_text("Suite: stable\n");
  size_t place = message.find("Suite: stable") + 13;
  EXPECT_EQ(value(verify_cleartext(message.insert(place, " \t "), keyring_of({alice_}))).content,
            "Suite: stable\n");
}

TEST_F(OpenPgp, RefusesChangedText) {
  std::string message = signed_text("Suite: stable\n");
  message.replace(message.find("stable"), 6, "staple");
  expect_failure(verify_cleartext(message, keyring_of({alice_})), ErrorCode::unverified,
                 "does not fit the content");
}

TEST_F(OpenPgp, RefusesAnythingAroundTheSignedText) {
  std::string message = signed_text("Suite: stable\n");
  Keyring keyring = keyring_of({alice_});
  std::string second = signed_text("Suite: other\n");
  std::string unescaped = message;
  unescaped.insert(unescaped.find("Suite"), "-dash\n");
  std::string commented = message;
  commented.insert(commented.find("Hash:"), "Comment: unsigned\n");
  for (const std::string& bad :
       {"Suite: evil\n" + message, message + "Suite: evil\n", message + second, "\n" + message,
        std::string(), message.substr(0, message.size() / 2), unescaped, commented,
        message.substr(0, message.find("-----BEGIN PGP SIGNATURE")), message + std::string(1, '\0'),
        std::string("Suite: stable\n")})
    expect_failure(verify_cleartext(bad, keyring), ErrorCode::corrupt, "cleartext");
  EXPECT_OK(verify_cleartext(message + "\n", keyring));
}

TEST_F(OpenPgp, NamesUnknownAndKnownKeys) {
  GnuPg other;
  other.make_key("Mallory <m@example.org>");
  std::string message = other.clearsign("Suite: stable\n", {});
  auto result = verify_cleartext(message, keyring_of({alice_}));
  expect_failure(result, ErrorCode::unverified, other.fingerprint("Mallory"));
  EXPECT_THAT(result.error().message, HasSubstr("not trusted"));
  EXPECT_THAT(result.error().hint, HasSubstr(gpg_->fingerprint(k_alice)));
  EXPECT_THAT(result.error().hint, HasSubstr("Alice"));
}

TEST_F(OpenPgp, OneValidSignatureOfSeveralIsEnough) {
  gpg_->make_key("Bob <bob@example.org>");
  std::string message = gpg_->clearsign("x\n", {"-u", k_alice, "-u", "Bob"});
  std::string bob = gpg_->export_key("Bob");
  EXPECT_EQ(value(verify_cleartext(message, keyring_of({alice_}))).valid.size(), 1U);
  EXPECT_EQ(value(verify_cleartext(message, keyring_of({bob}))).valid.size(), 1U);
  EXPECT_EQ(value(verify_cleartext(message, keyring_of({bob, alice_}))).valid.size(), 2U);
}

TEST_F(OpenPgp, VerifiesDetachedSignatures) {
  Keyring keyring = keyring_of({alice_});
  std::string content = "Origin: Kiln\n  \n";
  for (const char* form : {"--armor", "--no-armor"}) {
    std::string signature = gpg_->run({form, "-u", k_alice, "--detach-sign"}, content);
    auto valid = value(verify_detached(content, signature, keyring));
    ASSERT_EQ(valid.size(), 1U);
    EXPECT_EQ(valid[0].fingerprint, gpg_->fingerprint(k_alice));
    expect_failure(verify_detached(content + " ", signature, keyring), ErrorCode::unverified,
                   "does not fit");
    EXPECT_FALSE(verify_detached(content, signature.substr(0, signature.size() / 2), keyring));
  }
  EXPECT_FALSE(verify_detached(content, "", keyring));
  EXPECT_FALSE(verify_detached(content, "garbage", keyring));
  EXPECT_FALSE(verify_detached("", alice_, keyring));
}

TEST_F(OpenPgp, RefusesWeakHashes) {
  std::string message = gpg_->clearsign("x\n", {"-u", k_alice, "--digest-algo", "SHA1"});
  expect_failure(verify_cleartext(message, keyring_of({alice_})), ErrorCode::unverified,
                 "hash SHA1 is weak");
}

TEST_F(OpenPgp, RefusesShortRsaKeys) {
  gpg_->make_key("Short <short@example.org>", "rsa1024");
  std::string message = gpg_->clearsign("x\n", {"-u", "Short"});
  expect_failure(verify_cleartext(message, keyring_of({gpg_->export_key("Short")})),
                 ErrorCode::unverified, "weak (RSA, 1024 bits)");
}

TEST_F(OpenPgp, AKeyCountsOnlyUntilItExpires) {
  gpg_->make_key("Brief <brief@example.org>", "ed25519", "seconds=1000000");
  std::string key = gpg_->export_key("Brief");
  std::string message = gpg_->clearsign("x\n", {"-u", "Brief"});
  EXPECT_OK(verify_cleartext(message, keyring_of({key}, k_made + 999'000)));
  expect_failure(verify_cleartext(message, keyring_of({key}, k_made + 1'001'000)),
                 ErrorCode::unverified, "the key is expired");
  Keyring keyring = keyring_of({key});
  ASSERT_EQ(keyring.keys().size(), 1U);
  EXPECT_EQ(keyring.keys()[0].expires, k_made + 1'000'000);
}

TEST_F(OpenPgp, RefusesSignaturesFromTheFuture) {
  std::string message = signed_text("x\n");
  EXPECT_FALSE(verify_cleartext(message, keyring_of({alice_}, k_made - 1000)));
  gpg_->make_key("Lasting <lasting@example.org>");
  std::string late = gpg_->clearsign(
      "x\n", {"-u", "Lasting", "--faked-system-time", std::to_string(k_made + 500'000) + "!"});
  std::string key = gpg_->export_key("Lasting");
  expect_failure(verify_cleartext(late, keyring_of({key})), ErrorCode::unverified, "future");
  EXPECT_OK(verify_cleartext(late, keyring_of({key}, k_made + 600'000)));
}

TEST_F(OpenPgp, RefusesRevokedKeys) {
  gpg_->make_key("Revoked <revoked@example.org>");
  std::string message = gpg_->clearsign("x\n", {"-u", "Revoked"});
  EXPECT_OK(verify_cleartext(message, keyring_of({gpg_->export_key("Revoked")})));
  std::string name = gpg_->fingerprint("Revoked") + ".rev";
  std::string revocation = value(read_file(gpg_->file("openpgp-revocs.d") / name));
  size_t guard = revocation.find(":-----BEGIN");
  ASSERT_NE(guard, revocation.npos);
  gpg_->run({"--import"}, revocation.erase(guard, 1));
  expect_failure(verify_cleartext(message, keyring_of({gpg_->export_key("Revoked")})),
                 ErrorCode::unverified, "the key is revoked");
}

TEST_F(OpenPgp, NamesThePrimaryKeyOfASigningSubkey) {
  gpg_->make_key("Team <team@example.org>");
  std::string primary = gpg_->fingerprint("Team");
  gpg_->run({"--quick-add-key", primary, "rsa2048", "sign", "never"});
  std::string message = gpg_->clearsign("x\n", {"-u", "Team"});
  Keyring keyring = keyring_of({gpg_->export_key("Team")});
  auto verified = value(verify_cleartext(message, keyring));
  EXPECT_EQ(verified.valid[0].fingerprint, primary);
  EXPECT_NE(verified.valid[0].signed_by, primary);
  EXPECT_THAT(keyring.keys()[0].subkeys, ::testing::ElementsAre(verified.valid[0].signed_by));
}

TEST_F(OpenPgp, AKeyringIsTheSameInEveryForm) {
  gpg_->make_key("Carol <carol@example.org>");
  std::string carol = gpg_->export_key("Carol");
  std::string armored = gpg_->run({"--armor", "--export", k_alice});
  std::string armored_carol = gpg_->run({"--armor", "--export", "Carol"});
  Keyring keyring = keyring_of({alice_, carol});
  EXPECT_EQ(keyring.keys().size(), 2U);
  EXPECT_EQ(keyring.digest(), keyring_of({carol, alice_}).digest());
  EXPECT_EQ(keyring.digest(), keyring_of({carol + alice_}).digest());
  EXPECT_EQ(keyring.digest(), keyring_of({armored, armored_carol}).digest());
  EXPECT_EQ(keyring.digest(), keyring_of({armored + armored_carol}).digest());
  EXPECT_EQ(keyring.digest(), keyring_of({armored, carol, alice_}).digest());
  EXPECT_NE(keyring.digest(), keyring_of({alice_}).digest());
  EXPECT_OK(verify_cleartext(signed_text("x\n"), keyring_of({armored_carol + armored})));
}

TEST_F(OpenPgp, RefusesBlobsWithoutKeys) {
  for (const std::string& blob : {std::string(), std::string("garbage"), signed_text("x\n"),
                                  alice_.substr(0, 20), std::string(4096, '\xff')}) {
    auto keyring = Keyring::load(std::vector{blob}, k_now);
    ASSERT_FALSE(keyring) << printable(blob);
    EXPECT_EQ(keyring.error().code, ErrorCode::corrupt);
  }
  EXPECT_FALSE(Keyring::load(std::vector{alice_, std::string("garbage")}, k_now));
}

TEST(DebianArchive, ReleaseFilesAreJudgedAsByGpgv) {
  Path keys = "/usr/share/keyrings/debian-archive-keyring.gpg";
  auto blob = read_file(keys);
  if (!blob) GTEST_SKIP() << keys << " is not installed";
  auto fetch = [](const char* name) {
    auto run = run_process({{"curl", "-sf", "--max-time", "10",
                             std::string("http://deb.debian.org/debian/dists/trixie/") + name},
                            {},
                            {},
                            {}});
    return run && run->exit_code == 0 ? run->output : std::string();
  };
  std::string message = fetch("InRelease");
  if (message.empty()) GTEST_SKIP() << "deb.debian.org cannot be reached";
  Keyring keyring = keyring_of({*blob}, SystemClock().now());
  VerifiedText verified = value(verify_cleartext(message, keyring));
  EXPECT_GE(verified.valid.size(), 2U);
  auto judge = value(
      run_process({{"gpgv", "--keyring", keys, "--output", "-", "/dev/stdin"}, message, {}, {}}));
  EXPECT_EQ(judge.exit_code, 0) << judge.error_output;
  EXPECT_TRUE(judge.output == verified.content);
  // A mirror may be in the middle of an update, so that the two do not fit; gpgv then says so too.
  std::string release = fetch("Release");
  std::string signature = fetch("Release.gpg");
  auto directory = value(TemporaryDirectory::create());
  ASSERT_OK(write_file(directory.path() / "Release.gpg", signature));
  judge = value(run_process(
      {{"gpgv", "--keyring", keys, directory.path() / "Release.gpg", "-"}, release, {}, {}}));
  EXPECT_EQ(verify_detached(release, signature, keyring).has_value(), judge.exit_code == 0);
}

}  // namespace
}  // namespace kiln

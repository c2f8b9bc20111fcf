// SPDX-License-Identifier: Apache-2.0
#include "crypto/pkcs11.hpp"

#include "base/files.hpp"
#include "crypto/pkcs11_uri.hpp"
#include "support/result_matchers.hpp"
#include "support/tools.hpp"

#include <cstdlib>

#include <gtest/gtest.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/lsan_interface.h>
// SoftHSM 2.6 forgets the name of an Ed25519 key's curve; what a token's module leaks is not ours.
#define KILN_FOREIGN_LEAKS() __lsan::ScopedDisabler foreign_leaks
#endif
#endif
#ifndef KILN_FOREIGN_LEAKS
#define KILN_FOREIGN_LEAKS() static_cast<void>(0)
#endif

namespace kiln {
namespace {

using testing::run_tool;
using testing::value;

constexpr const char* k_module = "/usr/lib/softhsm/libsofthsm2.so";

// A token of SoftHSM2 with a P-256 key "release" (id 01) and an Ed25519 key "log" (id 02). The
// module reads its configuration once a process, so there is one for all tests.
class Token {
 public:
  static const Token& get() {
    static const Token one;
    return one;
  }
  std::string uri(std::string_view key) const {
    return "pkcs11:token=tests;" + std::string(key) + "?module-path=" + k_module;
  }
  std::string problem;

 private:
  Token() : directory_(value(TemporaryDirectory::create())) {
    if (!testing::have_tool("softhsm2-util") || !testing::have_tool("pkcs11-tool")) {
      problem = "softhsm2 or opensc is not installed";
      return;
    }
    std::string tokens = directory_.path() / "tokens";
    value(make_directories(tokens));
    Path config = directory_.path() / "softhsm2.conf";
    value(write_file(config, "directories.tokendir = " + tokens + "\n"));
    ::setenv("SOFTHSM2_CONF", config.c_str(), 1);
    run({"softhsm2-util", "--init-token", "--free", "--label", "tests", "--so-pin", "8765", "--pin",
         "1234"});
    make_key("EC:prime256v1", "release", "01");
    make_key("EC:edwards25519", "log", "02");
  }
  void run(std::vector<std::string> command) {
    testing::ToolRun result = run_tool(std::move(command));
    if (result.exit_code != 0) problem += result.errors;
  }
  void make_key(const char* type, const char* label, const char* id) {
    run({"pkcs11-tool", "--module", k_module, "--token-label", "tests", "--login", "--pin", "1234",
         "--keypairgen", "--key-type", type, "--label", label, "--id", id});
  }
  TemporaryDirectory directory_;
};

Result<std::string> pin(const std::string& /*what*/) {
  return "1234";
}

class Pkcs11 : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!Token::get().problem.empty()) GTEST_SKIP() << Token::get().problem;
  }
};

TEST_F(Pkcs11, KeysSignWithoutLeavingTheirToken) {
  KILN_FOREIGN_LEAKS();
  std::unique_ptr<SigningKey> key =
      value(open_token_key(Token::get().uri("object=release;type=private"), pin));
  EXPECT_EQ(key->public_key().algorithm(), KeyAlgorithm::ecdsa_p256);
  std::string signature = value(key->sign("a message"));
  EXPECT_OK(key->public_key().verify("a message", signature));
  EXPECT_FALSE(key->public_key().verify("another", signature));
}

TEST_F(Pkcs11, KeysAreFoundByTheirId) {
  KILN_FOREIGN_LEAKS();
  std::unique_ptr<SigningKey> key = value(open_token_key(Token::get().uri("id=%02"), pin));
  EXPECT_EQ(key->public_key().algorithm(), KeyAlgorithm::ed25519);
  EXPECT_OK(key->public_key().verify("a message", value(key->sign("a message"))));
}

TEST_F(Pkcs11, ThePinMayLieInAFileOrInTheUri) {
  KILN_FOREIGN_LEAKS();
  auto nobody = [](const std::string&) {
    return Result<std::string>(fail(ErrorCode::io, "asked"));
  };
  TemporaryDirectory directory = value(TemporaryDirectory::create());
  Path file = directory.path() / "pin";
  ASSERT_OK(write_file(file, "1234\n"));
  std::string uri = Token::get().uri("object=release");
  EXPECT_OK(open_token_key(uri + "&pin-source=file:" + file.string(), nobody));
  EXPECT_OK(open_token_key(uri + "&pin-value=1234", nobody));
}

TEST_F(Pkcs11, WhatIsNotThereIsNamed) {
  KILN_FOREIGN_LEAKS();
  EXPECT_EQ(open_token_key(Token::get().uri("object=nothing"), pin).error().code,
            ErrorCode::not_found);
  EXPECT_EQ(
      open_token_key(std::string("pkcs11:token=other;object=release?module-path=") + k_module, pin)
          .error()
          .code,
      ErrorCode::not_found);
  EXPECT_EQ(open_token_key("pkcs11:object=x?module-path=/nowhere.so", pin).error().code,
            ErrorCode::not_found);
}

TEST(Pkcs11Uri, ReadsWhatNamesAKey) {
  Pkcs11Uri uri = value(
      Pkcs11Uri::parse("pkcs11:token=My%20token;manufacturer=x;object=key;type=private;id=%01%aF"
                       "?module-path=/lib/m.so&pin-source=/pin"));
  EXPECT_EQ(uri.token, "My token");
  EXPECT_EQ(uri.id, "\x01\xaf");
  EXPECT_EQ(uri.module_path, "/lib/m.so");
  EXPECT_EQ(uri.pin_source, "/pin");
  EXPECT_FALSE(Pkcs11Uri::parse("pkcs11:token=x"));
  EXPECT_FALSE(Pkcs11Uri::parse("pkcs11:object=x;type=cert"));
  EXPECT_FALSE(Pkcs11Uri::parse("pkcs11:object=%0"));
  EXPECT_FALSE(Pkcs11Uri::parse("file:key"));
}

}  // namespace
}  // namespace kiln

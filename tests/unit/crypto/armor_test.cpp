// SPDX-License-Identifier: Apache-2.0
#include "crypto/armor.hpp"

#include "support/gpg_key.hpp"
#include "support/result_matchers.hpp"

#include <gtest/gtest.h>

namespace kiln {
namespace {

using testing::GpgKey;
using testing::value;

TEST(Armor, GivesThePacketsOfEveryBlock) {
  std::string first(100, '\xc6');
  std::string second(7, '\x99');
  std::string text = "a key:\n" + armored_keys(first) + "\nanother:\n" + armored_keys(second);
  EXPECT_EQ(value(dearmored_keys(text)), first + second);
  EXPECT_EQ(value(dearmored_keys(first)), first) << "packets stay as they are";
}

TEST(Armor, ReadsHeadersLineEndsAndChecksumsOfOtherPrograms) {
  EXPECT_EQ(value(dearmored_keys("-----BEGIN PGP PUBLIC KEY BLOCK-----\r\nVersion: 1\r\n\r\n"
                                 "mQINBA==\r\n=AbCd\r\n-----END PGP PUBLIC KEY BLOCK-----\r\n")),
            "\x99\x02\x0d\x04");
  auto key = GpgKey::make();
  if (!key) GTEST_SKIP() << "gpg is not installed";
  std::string packets = value(dearmored_keys(key->public_key()));
  EXPECT_EQ(value(dearmored_keys(armored_keys(packets))), packets);
}

TEST(Armor, RefusesWhatIsNoKey) {
  EXPECT_FALSE(dearmored_keys(""));
  EXPECT_FALSE(dearmored_keys("hello\n"));
  EXPECT_FALSE(dearmored_keys("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQINBA==\n"));
  EXPECT_FALSE(dearmored_keys(
      "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n!!\n-----END PGP PUBLIC KEY BLOCK-----\n"));
}

}  // namespace
}  // namespace kiln

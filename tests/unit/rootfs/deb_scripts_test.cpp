// SPDX-License-Identifier: Apache-2.0
#include "rootfs/deb/scripts/account.hpp"
#include "rootfs/deb/scripts/reviewed.hpp"
#include "rootfs/deb/scripts/script_text.hpp"
#include "sample_package.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::rootfs::deb {
namespace {

using ::testing::HasSubstr;
using testing::SamplePackage;
using Verdict = ScriptAccount::Verdict;

ScriptAccount judge(const std::string& script, const std::string& text,
                    const std::string& package = "p") {
  MemoryContents contents;
  auto accounts =
      account_for_scripts(*SamplePackage(package).control(script, text).build(contents));
  return accounts.empty() ? ScriptAccount{} : accounts.front();
}

constexpr const char* k_systemd =
    "# Automatically added by dh_installsystemd/13.24.2\n"
    "if [ \"$1\" = \"configure\" ] || [ \"$1\" = \"abort-upgrade\" ] || [ \"$1\" = "
    "\"abort-deconfigure\" ] || [ \"$1\" = \"abort-remove\" ] ; then\n"
    "\t# The following line should be removed in trixie or trixie+1\n"
    "\tdeb-systemd-helper unmask 'x.service' >/dev/null || true\n"
    "fi\n"
    "# End automatically added section\n";

TEST(Scripts, BoilerplateIsEmpty) {
  ScriptAccount account = judge("postinst",
                                "#!/bin/sh\nset -e\ncase \"$1\" in\n  configure)\n  ;;\n"
                                "  abort-upgrade|abort-remove) ;;\nesac\n\nexit 0\n");
  EXPECT_EQ(account.verdict, Verdict::empty);
  EXPECT_EQ(account.sha256.is_zero(), false);
}

TEST(Scripts, KnownSnippetsAreNeedless) {
  ScriptAccount account = judge("postinst", std::string("#!/bin/sh\nset -e\n") + k_systemd);
  EXPECT_EQ(account.verdict, Verdict::needless);
  EXPECT_THAT(account.reason, HasSubstr("init system"));
}

TEST(Scripts, ASnippetThatSomeoneEditedIsNotUnderstood) {
  for (std::string added : {"\trm -rf /etc/x\n", "\tdeb-systemd-helper unmask 'x'; evil\n",
                            "\tdeb-systemd-helper unmask $(evil) >/dev/null || true\n"}) {
    std::string text = k_systemd;
    text.insert(text.find("fi\n# End"), added);
    EXPECT_EQ(judge("postinst", text).verdict, Verdict::not_understood) << added;
  }
}

TEST(Scripts, AnUnknownToolIsNotUnderstood) {
  ScriptAccount account = judge("postinst",
                                "# Automatically added by dh_new/1\nnew-thing\n"
                                "# End automatically added section\n");
  EXPECT_EQ(account.verdict, Verdict::not_understood);
  EXPECT_THAT(account.reason, HasSubstr("dh_new: new-thing"));
}

TEST(Scripts, TheFirstTellingLineIsReported) {
  ScriptAccount account = judge("postinst", "#!/bin/sh\nset -e\nuseradd -r x\nexit 0\n");
  EXPECT_EQ(account.verdict, Verdict::not_understood);
  EXPECT_EQ(account.reason, "useradd -r x");
}

TEST(Scripts, RemovalScriptsAreNeedless) {
  EXPECT_EQ(judge("postrm", "rm -rf /var/lib/x").verdict, Verdict::needless);
  EXPECT_EQ(judge("prerm", "stop it").verdict, Verdict::needless);
}

TEST(Scripts, TriggersAreReadOneByOne) {
  EXPECT_EQ(judge("triggers", "activate-noawait ldconfig\n").verdict, Verdict::done);
  EXPECT_EQ(judge("triggers", "# x\ninterest-noawait /usr/lib/x\n").verdict, Verdict::needless);
  EXPECT_EQ(judge("triggers", "activate something\n").verdict, Verdict::not_understood);
}

TEST(Scripts, LiteralAlternativesAreDone) {
  MemoryContents contents;
  auto package = SamplePackage("p")
                     .control("postinst",
                              "#!/bin/sh\nset -e\nif [ \"$1\" = configure ]; then\n"
                              "update-alternatives --install /usr/bin/awk awk /usr/bin/mawk 5 \\\n"
                              "  --slave /usr/bin/nawk nawk /usr/bin/mawk || true\nfi\n")
                     .build(contents);
  EXPECT_EQ(account_for_scripts(*package).front().verdict, Verdict::done);
  auto choices = alternatives_of(*package);
  ASSERT_EQ(choices.size(), 1U);
  EXPECT_EQ(choices[0].path, "/usr/bin/mawk");
  EXPECT_EQ(choices[0].priority, 5);
  ASSERT_EQ(choices[0].slaves.size(), 1U);
  EXPECT_EQ(choices[0].slaves[0].link, "/usr/bin/nawk");
}

TEST(Scripts, ComputedAlternativesAreNotUnderstood) {
  std::string text = "update-alternatives --install /usr/bin/x x /usr/bin/$version 5\n";
  EXPECT_EQ(judge("postinst", text).verdict, Verdict::not_understood);
}

TEST(Scripts, TheRestHasOneDigestForAllArchitectures) {
  auto digest = [](std::string text, const char* version, const char* architecture) {
    return rest_digest(take_apart(text), {"p", version, architecture});
  };
  EXPECT_EQ(digest("# amd64\nlink /usr/lib/x86_64-linux-gnu amd64 1.2-3\n", "1.2-3", "amd64"),
            digest("link   /usr/lib/aarch64-linux-gnu \\\n arm64 1.2-4\n", "1.2-4", "arm64"));
  EXPECT_NE(digest("link a\n", "1.2-3", "amd64"), digest("link b\n", "1.2-3", "amd64"));
}

TEST(Scripts, ReviewedRowsAreUniqueAndComplete) {
  std::set<std::string> keys;
  for (auto part : {reviewed_base(), reviewed_languages(), reviewed_services()}) {
    for (const ReviewedScript& row : part) {
      std::string key =
          std::string(row.package) + " " + std::string(row.script) + " " + std::string(row.digest);
      EXPECT_TRUE(keys.insert(key).second) << key;
      EXPECT_EQ(row.digest.size(), 32U) << key;
      EXPECT_FALSE(row.reason.empty()) << key;
      EXPECT_TRUE(row.verdict == Verdict::done || row.verdict == Verdict::needless) << key;
    }
  }
  EXPECT_GT(keys.size(), 80U);
}

TEST(Scripts, AReviewHoldsForItsPackageOnly) {
  constexpr const char* k_text =
      "if [ ! -e /usr/lib/ssl ]\nthen\n  echo Linking /usr/lib/ssl to "
      "/etc/ssl\n  ln -sf /etc/ssl /usr/lib/ssl\nfi\n";
  EXPECT_EQ(judge("postinst", k_text, "openssl").verdict, Verdict::needless);
  EXPECT_EQ(judge("postinst", k_text, "other").verdict, Verdict::not_understood);
}

TEST(Scripts, ShapesLetNoShellCharacterThrough) {
  EXPECT_TRUE(has_shape("a * b", "a x-1 y b"));
  EXPECT_TRUE(has_shape("a*", "a"));
  for (const char* bad : {"a ; b", "a $(x) b", "a `x` b", "a | b", "a > f b"}) {
    EXPECT_FALSE(has_shape("a * b", bad)) << bad;
  }
}

}  // namespace
}  // namespace kiln::rootfs::deb

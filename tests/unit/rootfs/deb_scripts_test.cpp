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

constexpr int k_policy = 3;  // the newest effects policy

ScriptAccount judge(const std::string& script, const std::string& text,
                    const std::string& package = "p") {
  MemoryContents contents;
  auto accounts =
      account_for_scripts(*SamplePackage(package).control(script, text).build(contents), k_policy);
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
  EXPECT_EQ(account_for_scripts(*package, k_policy).front().verdict, Verdict::done);
  auto choices = alternatives_of(*package, k_policy);
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
  for (auto part : {reviewed_base(), reviewed_languages(), reviewed_java(), reviewed_services()}) {
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

TEST(Scripts, LoopsOverLiteralWordsAreReadAsOneCommandEach) {
  MemoryContents contents;
  auto package = SamplePackage("php8.4-cli")
                     .control("postinst",
                              "#!/bin/sh\nset -e\nif [ \"$1\" = \"configure\" ]; then\n"
                              "    for binary in php phar phar.phar; do\n"
                              "        update-alternatives \\\n"
                              "\t    --install /usr/bin/${binary} ${binary} "
                              "/usr/bin/${binary}8.4 84 \\\n"
                              "\t    --slave /usr/share/man/man1/${binary}.1.gz ${binary}.1.gz "
                              "/usr/share/man/man1/${binary}8.4.1.gz\n"
                              "    done\nfi\n")
                     .build(contents);
  EXPECT_EQ(account_for_scripts(*package, k_policy).front().verdict, Verdict::done);
  auto choices = alternatives_of(*package, k_policy);
  ASSERT_EQ(choices.size(), 3U);
  EXPECT_EQ(choices[0].link, "/usr/bin/php");
  EXPECT_EQ(choices[2].path, "/usr/bin/phar.phar8.4");
  EXPECT_EQ(choices[2].priority, 84);
  EXPECT_EQ(choices[2].slaves.at(0).name, "phar.phar.1.gz");
  EXPECT_TRUE(alternatives_of(*package, 2).empty());
}

TEST(Scripts, OtherLoopsAreLeftAlone) {
  for (const char* text :
       {"for i in $words; do\nupdate-alternatives --install /usr/bin/$i $i /usr/bin/$i-1 5\ndone\n",
        "for i in a*; do\nupdate-alternatives --install /usr/bin/$i $i /usr/bin/$i-1 5\ndone\n",
        "for i in a; do\nfor j in b; do\nupdate-alternatives --install /$i $j /$i$j "
        "5\ndone\ndone\n",
        "for i in a b\ndo\nupdate-alternatives --install /usr/bin/$ix $i /usr/bin/$i-1 5\ndone\n"})
    EXPECT_EQ(judge("postinst", text).verdict, Verdict::not_understood) << text;
  std::string words, lines;
  for (int i = 0; i < 200; ++i) words += " a" + std::to_string(i), lines += "exit 0\n";
  EXPECT_EQ(judge("postinst", "for i in" + words + "; do\n" + lines + "done\n").verdict,
            Verdict::not_understood)
      << "far more lines than a script has";
}

std::vector<Diversion> diverted(const std::string& text, int policy = k_policy,
                                const std::string& package = "p") {
  MemoryContents contents;
  return diversions_of(*SamplePackage(package).control("preinst", text).build(contents), policy);
}

// bookworm's zutils.
constexpr const char* k_zutils =
    "#!/bin/sh\n\nset -e\n\ncase \"${1}\" in\n\tinstall)\n"
    "\t\tfor FILE in zcat zgrep\n\t\tdo\n"
    "\t\t\tdpkg-divert --package p --quiet --add --rename --divert /bin/${FILE}.gzip "
    "/bin/${FILE}\n\t\tdone\n\t\t;;\n\n\tabort-upgrade|upgrade)\n\n\t\t;;\n\n\t*)\n"
    "\t\techo \"preinst called with unknown argument \\`${1}'\" >&2\n\t\texit 1\n\t\t;;\nesac\n";

TEST(Scripts, LiteralDiversionsOfAPreinstAreDone) {
  ScriptAccount account = judge("preinst", k_zutils);
  EXPECT_EQ(account.verdict, Verdict::done) << account.reason;
  EXPECT_EQ(account.reason, "diversions");
  auto found = diverted(k_zutils);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0], (Diversion{"bin/zcat", "bin/zcat.gzip", "p"}));
  EXPECT_EQ(found[1].from, "bin/zgrep");
  EXPECT_TRUE(diverted(k_zutils, 2).empty());
  EXPECT_EQ(diverted("dpkg-divert --add /etc/x\n"),
            (std::vector<Diversion>{{"etc/x", "etc/x.distrib", "p"}}));
}

TEST(Scripts, DiversionsOfUpgradesAndRemovedOnesAreNotMade) {
  EXPECT_TRUE(diverted("case \"$1\" in\nupgrade)\ndpkg-divert --add --rename --divert /b /a\n"
                       ";;\nesac\n")
                  .empty());
  EXPECT_TRUE(diverted("dpkg-divert --package p --remove --divert /b /a\n").empty());
  EXPECT_TRUE(
      diverted("if [ \"$1\" = \"configure\" ]; then\ndpkg-divert --add --divert /b /a\nfi\n")
          .empty());
  EXPECT_EQ(diverted("case \"$1\" in\nupgrade)\n;;\nesac\ndpkg-divert --add --divert /b /a\n"),
            (std::vector<Diversion>{{"a", "b", "p"}}));
}

TEST(Scripts, DiversionsThatAreNotLiteralOrSomebodyElsesAreNotUnderstood) {
  MemoryContents contents;
  for (const char* text :
       {"dpkg-divert --add --divert /b $name\n", "dpkg-divert --package q --add --divert /b /a\n",
        "dpkg-divert --local --add --divert /b /a\n", "dpkg-divert --add --divert b /a\nrm -f /c\n",
        "x=$(dpkg-divert --truename /a)\n"}) {
    EXPECT_EQ(judge("preinst", text).verdict, Verdict::not_understood) << text;
    EXPECT_TRUE(diverted(text).empty()) << text;
    EXPECT_TRUE(diverts_in_an_unknown_way(
        *SamplePackage("p").control("preinst", text).build(contents), k_policy))
        << text;
  }
}

// As trixie's package has it.
constexpr const char* k_vim_runtime =
    "#!/bin/sh\nset -e\n\nvimcur=\"vim91\"\nbasedir=/usr/share/vim/$vimcur/doc\n\n"
    "add_diversion() {\n  dpkg-divert --package vim-runtime --add --rename \\\n"
    "    --divert \"$1.vim-tiny\" \"$1\"\n}\n\nmajor_upgrade() {\n  oldver=\"${1#?:}\"\n"
    "  oldver=\"vim$(echo ${oldver%.*-*} | sed 's/\\.//g')\"\n  [ \"$oldver\" != \"$vimcur\" ]\n"
    "}\n\n# Add diversions for any non-upgrade operation or when upgrading across major\n"
    "# upstream versions.\nif [ \"$1\" != \"upgrade\" ] || major_upgrade $2; then\n"
    "  add_diversion $basedir/help.txt\n  add_diversion $basedir/tags\nfi\n\n\n\nexit 0\n";

TEST(Scripts, ReviewedDiversionsAreWrittenOut) {
  auto found = diverted(k_vim_runtime, k_policy, "vim-runtime");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[1], (Diversion{"usr/share/vim/vim91/doc/tags",
                                 "usr/share/vim/vim91/doc/tags.vim-tiny", "vim-runtime"}));
  EXPECT_TRUE(diverted(k_vim_runtime, 2, "vim-runtime").empty());
}

// The script of the package openjdk-N-jdk, which has one tool.
std::string jdk_postinst(const std::string& number) {
  return "#!/bin/sh\nset -e\nmultiarch=x86_64-linux-gnu\npriority=" + number +
         "11\nbasedir=/usr/lib/jvm/java-" + number +
         "-openjdk-amd64\nmandir=$basedir/man\njdiralias=java-1." + number +
         R"sh(.0-openjdk-amd64
srcext=1.gz
dstext=1.gz
jdk_tools='jconsole'
case "$1" in
configure)
if update-alternatives --list apt 2>/dev/null; then
update-alternatives --remove-all apt || true
fi
if [ -z "$2" ]; then
update_alternatives=y
fi
if [ -n "$multiarch" ] && [ -n "$2" ]; then
for i in $jdk_tools; do
if [ -z "$(update-alternatives --list $i 2>/dev/null | grep ^$basedir/)" ]; then
update_alternatives=y
break
fi
done
fi
if [ "$update_alternatives" != y ] && [ $priority -gt 1060 ]; then
for i in $jre_tools; do
oldp=$(update-alternatives --query java | awk -v b=$basedir '/^Alternative:/ && $2~b {p=1} /^Priority:/ && p {print $2; exit}')
if [ -n "$oldp" ] && [ "$oldp" -le 1060 ]; then
update_alternatives=y
break
fi
done
fi
if [ "$update_alternatives" = y ]; then
if [ -n "$multiarch" ] && [ "$DPKG_MAINTSCRIPT_ARCH" != $(dpkg --print-architecture) ]; then
priority=$(expr $priority - 1)
fi
for i in $jdk_tools; do
unset slave1 slave2 || true
if [ -e $mandir/man1/$i.$srcext ]; then
slave1="--slave /usr/share/man/man1/$i.$dstext $i.$dstext $mandir/man1/$i.$srcext"
fi
if false && [ -e $mandir/ja/man1/$i.$srcext ]; then
slave2="--slave /usr/share/man/ja/man1/$i.$dstext ${i}_ja.$dstext $mandir/ja/man1/$i.$srcext"
fi
update-alternatives --install /usr/bin/$i $i $basedir/bin/$i $priority $slave1 $slave2
done
fi # update alternatives
;;
esac
exit 0
)sh";
}

TEST(Scripts, EveryJavaRegistersItsTools) {
  MemoryContents contents;
  for (const std::string number : {"17", "21", "25"}) {
    auto package = SamplePackage("openjdk-" + number + "-jdk", number + ".0.9+1-1")
                       .control("postinst", jdk_postinst(number))
                       .build(contents);
    EXPECT_EQ(account_for_scripts(*package, k_policy).front().verdict, Verdict::done) << number;
    auto choices = alternatives_of(*package, k_policy);
    ASSERT_EQ(choices.size(), 1U) << number;
    EXPECT_EQ(choices[0].path, "/usr/lib/jvm/java-" + number + "-openjdk-amd64/bin/jconsole");
    EXPECT_EQ(std::to_string(choices[0].priority), number + "11");
    ASSERT_EQ(choices[0].slaves.size(), 1U);
  }
}

TEST(Scripts, TheRowsOfJavaNameEveryTool) {
  std::set<std::string> java;
  for (const ReviewedScript& row : reviewed_java())
    if (row.alternatives.find("for java ") != std::string_view::npos)
      java.insert(std::string(row.package));
  EXPECT_EQ(java, (std::set<std::string>{"openjdk-17-jre-headless", "openjdk-25-jre-headless"}));
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

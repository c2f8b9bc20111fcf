// SPDX-License-Identifier: Apache-2.0
//
// OpenJDK: the scripts of its releases differ in the number, the priority and the tools.
#include "rootfs/deb/scripts/reviewed.hpp"

namespace kiln::rootfs::deb {

namespace {

using enum ScriptAccount::Verdict;

constexpr ReviewedScript k_rows[] = {
    {"openjdk-17-jdk",
     "postinst",
     "fc010174b449b90396d781fa0fbc63b8",
     done,
     "alternatives",
     "for jconsole: --install /usr/bin/@i@ @i@ /usr/lib/jvm/java-17-openjdk-@arch@/bin/@i@ 1711 "
     "--slave /usr/share/man/man1/@i@.1.gz @i@.1.gz "
     "/usr/lib/jvm/java-17-openjdk-@arch@/man/man1/@i@.1.gz\n",
     {},
     3},
    {"openjdk-17-jdk-headless",
     "postinst",
     "5d44cec2a54b6f3564b6c3c72040ccde",
     done,
     "alternatives",
     "for jar jarsigner javac javadoc javap jcmd jdb jdeprscan jdeps jfr jinfo jlink jmap jmod jps "
     "jrunscript jshell jstack jstat jstatd serialver jhsdb: --install /usr/bin/@i@ @i@ "
     "/usr/lib/jvm/java-17-openjdk-@arch@/bin/@i@ 1711 --slave /usr/share/man/man1/@i@.1.gz "
     "@i@.1.gz /usr/lib/jvm/java-17-openjdk-@arch@/man/man1/@i@.1.gz\n"
     "for jimage: --install /usr/bin/@i@ @i@ /usr/lib/jvm/java-17-openjdk-@arch@/bin/@i@ 1711\n",
     {},
     3},
    {"openjdk-17-jdk-headless", "preinst", "b6ae4c71caab88967829d7b8286017ff", needless,
     "acts only when an older version is upgraded"},
    {"openjdk-17-jre",
     "postinst",
     "f5d4597850044090910a6b4c9d67763e",
     needless,
     "has no tool to register",
     {},
     {},
     3},
    {"openjdk-17-jre-headless",
     "postinst",
     "33315746bcdc4226e80f56d83a79842f",
     done,
     "alternatives; java-common; ca-certificates-java",
     "for java jpackage keytool rmiregistry: --install /usr/bin/@i@ @i@ "
     "/usr/lib/jvm/java-17-openjdk-@arch@/bin/@i@ 1711 --slave /usr/share/man/man1/@i@.1.gz "
     "@i@.1.gz /usr/lib/jvm/java-17-openjdk-@arch@/man/man1/@i@.1.gz\n"
     "--install /usr/bin/jexec jexec /usr/lib/jvm/java-17-openjdk-@arch@/lib/jexec 1711 --slave "
     "/usr/share/binfmts/jar jexec-binfmt /usr/lib/jvm/java-17-openjdk-@arch@/lib/jar.binfmt\n",
     {},
     3},
    {"openjdk-21-jdk",
     "postinst",
     "7f3cc79dc3fe05de79b243094b7bc031",
     done,
     "alternatives",
     "for jconsole: --install /usr/bin/@i@ @i@ /usr/lib/jvm/java-21-openjdk-@arch@/bin/@i@ 2111 "
     "--slave /usr/share/man/man1/@i@.1.gz @i@.1.gz "
     "/usr/lib/jvm/java-21-openjdk-@arch@/man/man1/@i@.1.gz\n",
     {},
     3},
    {"openjdk-21-jre",
     "postinst",
     "274ce72bfde3e9f7af17a90b02efb83d",
     needless,
     "has no tool to register",
     {},
     {},
     3},
    {"openjdk-25-jdk",
     "postinst",
     "6dcb52bf8be2f120e673133a42a5b118",
     done,
     "alternatives",
     "for jconsole: --install /usr/bin/@i@ @i@ /usr/lib/jvm/java-25-openjdk-@arch@/bin/@i@ 2511 "
     "--slave /usr/share/man/man1/@i@.1.gz @i@.1.gz "
     "/usr/lib/jvm/java-25-openjdk-@arch@/man/man1/@i@.1.gz\n",
     {},
     3},
    {"openjdk-25-jdk-headless",
     "postinst",
     "ce64592181b2ee040bf438eea6e91c86",
     done,
     "alternatives",
     "for jar jarsigner javac javadoc javap jcmd jdb jdeprscan jdeps jfr jinfo jlink jmap jmod "
     "jnativescan jps jrunscript jshell jstack jstat jstatd jwebserver serialver jhsdb: --install "
     "/usr/bin/@i@ @i@ /usr/lib/jvm/java-25-openjdk-@arch@/bin/@i@ 2511 --slave "
     "/usr/share/man/man1/@i@.1.gz @i@.1.gz /usr/lib/jvm/java-25-openjdk-@arch@/man/man1/@i@.1.gz\n"
     "for jimage: --install /usr/bin/@i@ @i@ /usr/lib/jvm/java-25-openjdk-@arch@/bin/@i@ 2511\n",
     {},
     3},
    {"openjdk-25-jdk-headless", "preinst", "b6ae4c71caab88967829d7b8286017ff", needless,
     "acts only when an older version is upgraded"},
    {"openjdk-25-jre",
     "postinst",
     "1cea8e186b6b7f27f0c487c4dfc7f538",
     needless,
     "has no tool to register",
     {},
     {},
     3},
    {"openjdk-25-jre-headless",
     "postinst",
     "f5089a1ed074800ffa4d450efa14a1d9",
     done,
     "alternatives; java-common; ca-certificates-java",
     "for java jpackage keytool rmiregistry: --install /usr/bin/@i@ @i@ "
     "/usr/lib/jvm/java-25-openjdk-@arch@/bin/@i@ 2511 --slave /usr/share/man/man1/@i@.1.gz "
     "@i@.1.gz /usr/lib/jvm/java-25-openjdk-@arch@/man/man1/@i@.1.gz\n"
     "--install /usr/bin/jexec jexec /usr/lib/jvm/java-25-openjdk-@arch@/lib/jexec 2511 --slave "
     "/usr/share/binfmts/jar jexec-binfmt /usr/lib/jvm/java-25-openjdk-@arch@/lib/jar.binfmt\n",
     {},
     3},
};

}  // namespace

std::span<const ReviewedScript> reviewed_java() {
  return k_rows;
}

}  // namespace kiln::rootfs::deb

// SPDX-License-Identifier: Apache-2.0
//
// Compilers, interpreters and what belongs to them.
#include "rootfs/deb/scripts/reviewed.hpp"

namespace kiln::rootfs::deb {

namespace {

using enum ScriptAccount::Verdict;

constexpr ReviewedScript k_rows[] = {
    {"binutils", "preinst", "2d68c3b3fa625a950fb1afccc5d1c188", needless,
     "acts only when an older version is upgraded"},
    {"ca-certificates-java", "postinst", "4e09de683a08131d016fe1a7b8fa6a63", done,
     "ca-certificates-java"},
    {"ca-certificates-java", "preinst", "d38a3f2c48f40518b5f62227fd9dc99a", needless,
     "acts only when the package comes back after a removal"},
    {"gcc", "postinst", "ce8e45de26e432de948f6b8c080c1324", done,
     "alternatives; removes a link of an old compiler"},
    {"java-common", "postinst", "e480e304e0f0c954c200576bd8d86493", done, "java-common"},
    {"libpython3.13-minimal", "postinst", "d72eada95e6182b504084e5028ed1eae", needless,
     "prints nothing and changes nothing"},
    {"node-babel7", "postinst", "d3390508d060b3f6cbd5790052bc23d0", done,
     "alternatives; removes alternatives of an old version"},
    {"openjdk-21-jdk-headless", "postinst", "820cb8dd1e4d2de290db17f26505b747", done,
     "alternatives",
     "--install /usr/bin/jar jar /usr/lib/jvm/java-21-openjdk-@arch@/bin/jar 2111 --slave "
     "/usr/share/man/man1/jar.1.gz jar.1.gz /usr/lib/jvm/java-21-openjdk-@arch@/man/man1/jar.1.gz\n"
     "--install /usr/bin/jarsigner jarsigner /usr/lib/jvm/java-21-openjdk-@arch@/bin/jarsigner "
     "2111 --slave /usr/share/man/man1/jarsigner.1.gz jarsigner.1.gz "
     "/usr/lib/jvm/java-21-openjdk-@arch@/man/man1/jarsigner.1.gz\n"
     "--install /usr/bin/javac javac /usr/lib/jvm/java-21-openjdk-@arch@/bin/javac 2111 --slave "
     "/usr/share/man/man1/javac.1.gz javac.1.gz "
     "/usr/lib/jvm/java-21-openjdk-@arch@/man/man1/javac.1.gz\n"
     "--install /usr/bin/javadoc javadoc /usr/lib/jvm/java-21-openjdk-@arch@/bin/javadoc 2111 "
     "--slave /usr/share/man/man1/javadoc.1.gz javadoc.1.gz "
     "/usr/lib/jvm/java-21-openjdk-@arch@/man/man1/javadoc.1.gz\n"
     "--install /usr/bin/javap javap /usr/lib/jvm/java-21-openjdk-@arch@/bin/javap 2111 --slave "
     "/usr/share/man/man1/javap.1.gz javap.1.gz "
     "/usr/lib/jvm/java-21-openjdk-@arch@/man/man1/javap.1.gz\n"
     "--install /usr/bin/jcmd jcmd /usr/lib/jvm/java-21-openjdk-@arch@/bin/jcmd 2111 --slave "
     "/usr/share/man/man1/jcmd.1.gz jcmd.1.gz "
     "/usr/lib/jvm/java-21-openjdk-@arch@/man/man1/jcmd.1.gz\n"
     "--install /usr/bin/jdb jdb /usr/lib/jvm/java-21-openjdk-@arch@/bin/jdb 2111 --slave "
     "/usr/share/man/man1/jdb.1.gz jdb.1.gz /usr/lib/jvm/java-21-openjdk-@arch@/man/man1/jdb.1.gz\n"
     "--install /usr/bin/jdeprscan jdeprscan /usr/lib/jvm/java-21-openjdk-@arch@/bin/jdeprscan "
     "2111 --slave /usr/share/man/man1/jdeprscan.1.gz jdeprscan.1.gz "
     "/usr/lib/jvm/java-21-openjdk-@arch@/man/man1/jdeprscan.1.gz\n"
     "--install /usr/bin/jdeps jdeps /usr/lib/jvm/java-21-openjdk-@arch@/bin/jdeps 2111 --slave "
     "/usr/share/man/man1/jdeps.1.gz jdeps.1.gz "
     "/usr/lib/jvm/java-21-openjdk-@arch@/man/man1/jdeps.1.gz\n"
     "--install /usr/bin/jfr jfr /usr/lib/jvm/java-21-openjdk-@arch@/bin/jfr 2111 --slave "
     "/usr/share/man/man1/jfr.1.gz jfr.1.gz /usr/lib/jvm/java-21-openjdk-@arch@/man/man1/jfr.1.gz\n"
     "--install /usr/bin/jimage jimage /usr/lib/jvm/java-21-openjdk-@arch@/bin/jimage 2111\n"
     "--install /usr/bin/jinfo jinfo /usr/lib/jvm/java-21-openjdk-@arch@/bin/jinfo 2111 --slave "
     "/usr/share/man/man1/jinfo.1.gz jinfo.1.gz "
     "/usr/lib/jvm/java-21-openjdk-@arch@/man/man1/jinfo.1.gz\n"
     "--install /usr/bin/jlink jlink /usr/lib/jvm/java-21-openjdk-@arch@/bin/jlink 2111 --slave "
     "/usr/share/man/man1/jlink.1.gz jlink.1.gz "
     "/usr/lib/jvm/java-21-openjdk-@arch@/man/man1/jlink.1.gz\n"
     "--install /usr/bin/jmap jmap /usr/lib/jvm/java-21-openjdk-@arch@/bin/jmap 2111 --slave "
     "/usr/share/man/man1/jmap.1.gz jmap.1.gz "
     "/usr/lib/jvm/java-21-openjdk-@arch@/man/man1/jmap.1.gz\n"
     "--install /usr/bin/jmod jmod /usr/lib/jvm/java-21-openjdk-@arch@/bin/jmod 2111 --slave "
     "/usr/share/man/man1/jmod.1.gz jmod.1.gz "
     "/usr/lib/jvm/java-21-openjdk-@arch@/man/man1/jmod.1.gz\n"
     "--install /usr/bin/jps jps /usr/lib/jvm/java-21-openjdk-@arch@/bin/jps 2111 --slave "
     "/usr/share/man/man1/jps.1.gz jps.1.gz /usr/lib/jvm/java-21-openjdk-@arch@/man/man1/jps.1.gz\n"
     "--install /usr/bin/jrunscript jrunscript /usr/lib/jvm/java-21-openjdk-@arch@/bin/jrunscript "
     "2111 --slave /usr/share/man/man1/jrunscript.1.gz jrunscript.1.gz "
     "/usr/lib/jvm/java-21-openjdk-@arch@/man/man1/jrunscript.1.gz\n"
     "--install /usr/bin/jshell jshell /usr/lib/jvm/java-21-openjdk-@arch@/bin/jshell 2111 --slave "
     "/usr/share/man/man1/jshell.1.gz jshell.1.gz "
     "/usr/lib/jvm/java-21-openjdk-@arch@/man/man1/jshell.1.gz\n"
     "--install /usr/bin/jstack jstack /usr/lib/jvm/java-21-openjdk-@arch@/bin/jstack 2111 --slave "
     "/usr/share/man/man1/jstack.1.gz jstack.1.gz "
     "/usr/lib/jvm/java-21-openjdk-@arch@/man/man1/jstack.1.gz\n"
     "--install /usr/bin/jstat jstat /usr/lib/jvm/java-21-openjdk-@arch@/bin/jstat 2111 --slave "
     "/usr/share/man/man1/jstat.1.gz jstat.1.gz "
     "/usr/lib/jvm/java-21-openjdk-@arch@/man/man1/jstat.1.gz\n"
     "--install /usr/bin/jstatd jstatd /usr/lib/jvm/java-21-openjdk-@arch@/bin/jstatd 2111 --slave "
     "/usr/share/man/man1/jstatd.1.gz jstatd.1.gz "
     "/usr/lib/jvm/java-21-openjdk-@arch@/man/man1/jstatd.1.gz\n"
     "--install /usr/bin/jwebserver jwebserver /usr/lib/jvm/java-21-openjdk-@arch@/bin/jwebserver "
     "2111 --slave /usr/share/man/man1/jwebserver.1.gz jwebserver.1.gz "
     "/usr/lib/jvm/java-21-openjdk-@arch@/man/man1/jwebserver.1.gz\n"
     "--install /usr/bin/serialver serialver /usr/lib/jvm/java-21-openjdk-@arch@/bin/serialver "
     "2111 --slave /usr/share/man/man1/serialver.1.gz serialver.1.gz "
     "/usr/lib/jvm/java-21-openjdk-@arch@/man/man1/serialver.1.gz\n"
     "--install /usr/bin/jhsdb jhsdb /usr/lib/jvm/java-21-openjdk-@arch@/bin/jhsdb 2111 --slave "
     "/usr/share/man/man1/jhsdb.1.gz jhsdb.1.gz "
     "/usr/lib/jvm/java-21-openjdk-@arch@/man/man1/jhsdb.1.gz\n"},
    {"openjdk-21-jdk-headless", "preinst", "b6ae4c71caab88967829d7b8286017ff", needless,
     "acts only when an older version is upgraded"},
    {"openjdk-21-jre-headless", "postinst", "3adb4552779281d2dfe54777a610babb", done,
     "alternatives; java-common; ca-certificates-java",
     "--install /usr/bin/java java /usr/lib/jvm/java-21-openjdk-@arch@/bin/java 2111 --slave "
     "/usr/share/man/man1/java.1.gz java.1.gz "
     "/usr/lib/jvm/java-21-openjdk-@arch@/man/man1/java.1.gz\n"
     "--install /usr/bin/jpackage jpackage /usr/lib/jvm/java-21-openjdk-@arch@/bin/jpackage 2111 "
     "--slave /usr/share/man/man1/jpackage.1.gz jpackage.1.gz "
     "/usr/lib/jvm/java-21-openjdk-@arch@/man/man1/jpackage.1.gz\n"
     "--install /usr/bin/keytool keytool /usr/lib/jvm/java-21-openjdk-@arch@/bin/keytool 2111 "
     "--slave /usr/share/man/man1/keytool.1.gz keytool.1.gz "
     "/usr/lib/jvm/java-21-openjdk-@arch@/man/man1/keytool.1.gz\n"
     "--install /usr/bin/rmiregistry rmiregistry "
     "/usr/lib/jvm/java-21-openjdk-@arch@/bin/rmiregistry 2111 --slave "
     "/usr/share/man/man1/rmiregistry.1.gz rmiregistry.1.gz "
     "/usr/lib/jvm/java-21-openjdk-@arch@/man/man1/rmiregistry.1.gz\n"
     "--install /usr/bin/jexec jexec /usr/lib/jvm/java-21-openjdk-@arch@/lib/jexec 2111 --slave "
     "/usr/share/binfmts/jar jexec-binfmt /usr/lib/jvm/java-21-openjdk-@arch@/lib/jar.binfmt\n"},
    {"perl", "postinst", "d5b9b673cd062403d6042f820c3d81c4", needless,
     "removes an alternative of an old version"},
    {"perl", "postinst", "ce55e1abcac07d85cabf428f19d66af3", needless,
     "removes an alternative of an old version"},
    {"pkgconf", "preinst", "95dd026dfdf26bc2faeb2aa7642b80c7", needless,
     "acts only when an older version is upgraded"},
    {"pkgconf-bin", "postinst", "66d910e4da07388218155cd64a810e1b", needless,
     "makes a directory that the package ships"},
    {"python3", "postinst", "c9e170a1d31423cae537fce41634ddf0", needless,
     "byte code is a cache; modules are compiled when loaded"},
    {"python3", "preinst", "c88c6a4f75f779719674651a74e3854e", needless,
     "acts only when an older version is upgraded"},
    {"python3-minimal", "postinst", "48aee92b289812c5c3fc8a1f84829033", needless,
     "byte code is a cache; modules are compiled when loaded"},
    {"python3.13", "postinst", "ec48b098a777e5931154527c926a3366", needless,
     "byte code is a cache; modules are compiled when loaded"},
    {"python3.13-minimal", "postinst", "6d4f6d0724f903f880fd1d877ed335ff", done,
     "python3-minimal; byte code is a cache"},
    {"python3.13-minimal", "preinst", "2daeafdaa61ac5a413dce81f98353ff3", needless,
     "leaves a mark for its postinst, which compiles byte code"},
    {"python3.13-venv", "postinst", "af818f97f3a53704816ba929632b88e0", needless,
     "byte code is a cache; modules are compiled when loaded"},
    {"ruby", "preinst", "935a17e00f252ec77766fb29f02f5105", needless,
     "removes alternatives of old versions"},
    {"xz-utils", "postinst", "7e0304cc6f984c581c0f0a10dac1aa7f", done, "alternatives",
     "--install /usr/bin/lzma lzma /usr/bin/xz 20 --slave /usr/share/man/man1/lzma.1.gz lzma.1.gz "
     "/usr/share/man/man1/xz.1.gz --slave /usr/bin/unlzma unlzma /usr/bin/unxz --slave "
     "/usr/share/man/man1/unlzma.1.gz unlzma.1.gz /usr/share/man/man1/unxz.1.gz --slave "
     "/usr/bin/lzcat lzcat /usr/bin/xzcat --slave /usr/share/man/man1/lzcat.1.gz lzcat.1.gz "
     "/usr/share/man/man1/xzcat.1.gz --slave /usr/bin/lzmore lzmore /usr/bin/xzmore --slave "
     "/usr/share/man/man1/lzmore.1.gz lzmore.1.gz /usr/share/man/man1/xzmore.1.gz --slave "
     "/usr/bin/lzless lzless /usr/bin/xzless --slave /usr/share/man/man1/lzless.1.gz lzless.1.gz "
     "/usr/share/man/man1/xzless.1.gz --slave /usr/bin/lzdiff lzdiff /usr/bin/xzdiff --slave "
     "/usr/share/man/man1/lzdiff.1.gz lzdiff.1.gz /usr/share/man/man1/xzdiff.1.gz --slave "
     "/usr/bin/lzcmp lzcmp /usr/bin/xzcmp --slave /usr/share/man/man1/lzcmp.1.gz lzcmp.1.gz "
     "/usr/share/man/man1/xzcmp.1.gz --slave /usr/bin/lzgrep lzgrep /usr/bin/xzgrep --slave "
     "/usr/share/man/man1/lzgrep.1.gz lzgrep.1.gz /usr/share/man/man1/xzgrep.1.gz --slave "
     "/usr/bin/lzegrep lzegrep /usr/bin/xzegrep --slave /usr/share/man/man1/lzegrep.1.gz "
     "lzegrep.1.gz /usr/share/man/man1/xzegrep.1.gz --slave /usr/bin/lzfgrep lzfgrep "
     "/usr/bin/xzfgrep --slave /usr/share/man/man1/lzfgrep.1.gz lzfgrep.1.gz "
     "/usr/share/man/man1/xzfgrep.1.gz\n"},
};

}  // namespace

std::span<const ReviewedScript> reviewed_languages() {
  return k_rows;
}

}  // namespace kiln::rootfs::deb

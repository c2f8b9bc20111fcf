// SPDX-License-Identifier: Apache-2.0
#include "rootfs/deb/effects/effects.hpp"

namespace kiln::rootfs::deb {

namespace {

constexpr Effect k_effects[] = {
    {"base-files", "base-files", "/var/run and /var/lock become links to /run and /run/lock",
     make_run_links},
    {"shells", "debianutils", "/etc/shells lists the shells that packages bring", make_shells},
    {"bash", "bash", "dev images: /bin/sh is bash where no other package brings one", make_bash_sh},
    {"ca-certificates", "ca-certificates",
     "the bundle of trusted certificates, a link for each and links by subject hash",
     make_certificates},
    {"pam", "libpam-runtime", "/etc/pam.d/common-* from the profiles that are on by default",
     make_pam_configuration},
    {"alternatives", "*", "the links of update-alternatives, highest priority first",
     make_alternatives},
    {"ca-certificates-java", "ca-certificates-java",
     "the trusted certificates as a Java key store, when there is a Java", make_java_certificates},
    {"ld.so.cache", "libc-bin",
     "the loader's cache and the links by SONAME, as ldconfig makes them", make_loader_cache},
    {"apt", "apt", "dev images: the official archive as a source, apt's own directories",
     make_apt_configuration},
    {"apt-sources", "apt",
     "dev images: the definition's repositories as sources, and their keyrings", make_apt_sources},
    {"dpkg", "dpkg", "dev images: the dropped-paths policy as dpkg's configuration",
     make_dpkg_configuration},
    {"statoverride", "redis-server ssl-cert valkey-server",
     "dev images: the modes that scripts register with dpkg-statoverride", make_stat_overrides, 2},
    {"tmpfiles", "*", "what the tmpfiles.d files of packages ask for outside /run",
     make_temporary_files, 3},
    {"ucf", "ucf", "dev images: what ucf knows of the configuration files that it manages",
     make_ucf_records, 2},
};

}  // namespace

const DebianArchitecture& architecture_of(const Scene& scene) {
  const DebianArchitecture* architecture = architecture_of(scene.architecture);
  ASSERT(architecture);
  return *architecture;
}

std::span<const Effect> effects() {
  return k_effects;
}

}  // namespace kiln::rootfs::deb

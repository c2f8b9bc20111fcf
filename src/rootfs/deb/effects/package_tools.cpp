// SPDX-License-Identifier: Apache-2.0
//
// What apt and dpkg need in images that are made to install packages (variant dev): the official
// archive as a source, directories with the modes apt expects, the dropped-paths policy as dpkg's
// own configuration, and a /bin/sh for the scripts that they run.
#include "rootfs/deb/effects/effects.hpp"
#include "rootfs/effects/identities.hpp"

#include <fmt/format.h>

namespace kiln::rootfs::deb {

namespace {

constexpr std::string_view k_keyring = "usr/share/keyrings/debian-archive-keyring.gpg";

std::string sources(std::string_view codename) {
  return fmt::format(
      "Types: deb\n"
      "URIs: http://deb.debian.org/debian\n"
      "Suites: {0} {0}-updates\n"
      "Components: main\n"
      "Signed-By: /{1}\n"
      "\n"
      "Types: deb\n"
      "URIs: http://deb.debian.org/debian-security\n"
      "Suites: {0}-security\n"
      "Components: main\n"
      "Signed-By: /{1}\n",
      codename, k_keyring);
}

// The policy as dpkg's path-exclude and path-include patterns.
std::string_view dpkg_configuration(int policy) {
  if (policy == 0) return {};
  return "# Left out of this image, and of what is installed into it later.\n"
         "path-exclude=/usr/share/locale/*\n"
         "path-exclude=/usr/share/man/*\n"
         "path-exclude=/usr/share/info/*\n"
         "path-exclude=/usr/share/lintian/*\n"
         "path-exclude=/usr/share/doc-base/*\n"
         "path-exclude=/usr/share/bug/*\n"
         "path-exclude=/usr/share/doc/*\n"
         "path-include=/usr/share/doc/*/copyright\n";
}

}  // namespace

Result<> make_apt_configuration(Scene& scene, Maker& maker) {
  if (!scene.is_dev()) return {};
  if (maker.exists(k_keyring)) {
    TRY(maker.file("etc/apt/sources.list.d/debian.sources", sources(scene.codename), {0644}));
  }
  uint32_t apt = 0;
  for (const definition::User& user : scene.spec.accounts.users) {
    if (user.name == "_apt") apt = user.uid;
  }
  for (std::string_view path : {"var/lib/apt/lists/partial", "var/cache/apt/archives/partial"}) {
    TRY(maker.directory(path, {0700, apt, 0}));
    maker.attributes(path, 0700, apt, 0);
  }
  return {};
}

Result<> make_dpkg_configuration(Scene& scene, Maker& maker) {
  std::string_view text = dpkg_configuration(scene.dropped_paths_policy);
  if (!scene.is_dev() || text.empty()) return {};
  return maker.file("etc/dpkg/dpkg.cfg.d/left-out", std::string(text), {0644});
}

// A runtime image has the shells that its definition asks for and no other name for them.
Result<> make_bash_sh(Scene& scene, Maker& maker) {
  if (!scene.is_dev() || maker.exists("usr/bin/sh")) return {};
  return maker.link("usr/bin/sh", "bash");
}

}  // namespace kiln::rootfs::deb

// SPDX-License-Identifier: Apache-2.0
//
// The scripts of Alpine packages that people have read.
#include "rootfs/apk/scripts/account.hpp"

namespace kiln::rootfs::apk {

namespace {

using enum ScriptAccount::Verdict;

constexpr ReviewedScript k_rows[] = {
    {"alpine-baselayout", ".pre-install", "28ecff91a36f438ca26bc8cc08d85786", done,
     "accounts: the definition names the accounts"},
    {"alpine-baselayout", ".post-install", "0c5c2575e764207c0858ba07fc0e82d0", done,
     "accounts: owner and mode of /etc/shadow; the rest is for servers of an old kind and for "
     "upgrades"},
    {"busybox", ".post-install", "3927be853572aec31eeb44e10e876a9a", done, "busybox"},
    {"busybox", ".trigger", "0d63b08ed79c5a2348548852c9674c5c", done,
     "busybox; an image has no kernel whose modules it would list"},
    {"ca-certificates", ".trigger", "2305936620ac8c79e6dfa9f1dec27626", done, "ca-certificates"},
    {"chrony", ".pre-install", "06298ac6a19a24bfed58e1d2bd213e65", done,
     "chrony; the definition names the accounts"},
    {"dhcpcd", ".pre-install", "4574f372381a1a782a0aa94115299b7f", done,
     "dhcpcd; the definition names the accounts"},
    {"eudev", ".trigger", "104ae036a067c31b743544e7c1981557", needless,
     "tells a running daemon; none runs"},
    {"openrc", ".post-install", "a935c65bdeecad83c43e1ed066590c8d", needless,
     "acts only when services of an old kind are there"},
    {"tiny-cloud-alpine", ".post-install", "67ce0c6605979be97ee9b6cae94060d8", done, "tiny-cloud"},
    {"tiny-cloud-nocloud", ".post-install", "dd1a13cd6bdf0cc3f9fa30e5ac7a113d", done, "tiny-cloud"},
};

}  // namespace

std::span<const ReviewedScript> reviewed_scripts() {
  return k_rows;
}

}  // namespace kiln::rootfs::apk

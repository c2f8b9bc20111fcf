// SPDX-License-Identifier: Apache-2.0
#include "rootfs/deb/scripts/snippets.hpp"

#include <algorithm>
#include <span>

namespace kiln::rootfs::deb {

namespace {

using Verdict = ScriptAccount::Verdict;
using Lines = std::span<const std::string_view>;

// Tests and ends of blocks that any tool writes.
constexpr std::string_view k_frame[] = {
    "fi",
    "else",
    "if [ \"$1\" = \"configure\" ]; then",
    "if [ \"$1\" = \"configure\" ] || [ \"$1\" = \"abort-upgrade\" ] || "
    "[ \"$1\" = \"abort-deconfigure\" ] || [ \"$1\" = \"abort-remove\" ] ; then",
    "if [ \"$1\" = \"configure\" ] || [ \"$1\" = \"abort-upgrade\" ] || "
    "[ \"$1\" = \"abort-deconfigure\" ] || [ \"$1\" = \"abort-remove\" ]; then",
    "if [ \"$1\" = \"install\" ] && [ -n \"$2\" ] && [ -e \"/etc/init.d/*\" ] ; then",
    "if [ -z \"$DPKG_ROOT\" ] ; then",
    "if [ -n \"$2\" ]; then",
    "_dh_action=restart",
    "_dh_action=start",
    "_dh_action=try-restart",
};

constexpr std::string_view k_maintscript[] = {
    "dpkg-maintscript-helper rm_conffile * -- \"$@\"",
    "dpkg-maintscript-helper mv_conffile * -- \"$@\"",
    "dpkg-maintscript-helper symlink_to_dir * -- \"$@\"",
    "dpkg-maintscript-helper dir_to_symlink * -- \"$@\"",
};

constexpr std::string_view k_systemd[] = {
    "if [ -d /run/systemd/system ]; then",
    "if [ -z \"$DPKG_ROOT\" ] && [ -d /run/systemd/system ]; then",
    "if [ -z \"${DPKG_ROOT:-}\" ] && [ -d /run/systemd/system ]; then",
    "if deb-systemd-helper debian-installed *; then",
    "if deb-systemd-helper --quiet was-enabled *; then",
    "if deb-systemd-helper --quiet --user was-enabled * ; then",
    "deb-systemd-helper unmask * >/dev/null || true",
    "deb-systemd-helper enable * >/dev/null || true",
    "deb-systemd-helper update-state * >/dev/null || true",
    "deb-systemd-helper --user unmask * >/dev/null || true",
    "deb-systemd-helper --user enable * >/dev/null || true",
    "deb-systemd-helper --user update-state * >/dev/null || true",
    "systemctl --system daemon-reload >/dev/null || true",
    "systemctl --global daemon-reload >/dev/null || true",
    "deb-systemd-invoke $_dh_action * >/dev/null || true",
    "deb-systemd-invoke start * >/dev/null || true",
    "deb-systemd-invoke restart * >/dev/null || true",
    "deb-systemd-invoke try-restart * >/dev/null || true",
};

constexpr std::string_view k_init[] = {
    "if [ -x \"/etc/init.d/*\" ]; then",
    "if [ -z \"$DPKG_ROOT\" ] && [ -x \"/etc/init.d/*\" ]; then",
    "chmod +x \"/etc/init.d/*\" >/dev/null || true",
    "update-rc.d * >/dev/null",
    "update-rc.d * >/dev/null || exit 1",
    "invoke-rc.d --skip-systemd-native * $_dh_action || exit 1",
    "invoke-rc.d --skip-systemd-native * start || exit 1",
    "invoke-rc.d * $_dh_action || exit 1",
    "invoke-rc.d * start || exit 1",
};

constexpr std::string_view k_tmpfiles[] = {
    "if [ -x \"$(command -v systemd-tmpfiles)\" ]; then",
    "systemd-tmpfiles ${DPKG_ROOT:+--root=\"$DPKG_ROOT\"} --create * || true",
    "systemd-tmpfiles ${DPKG_ROOT:+--root=\"$DPKG_ROOT\"} --create * >/dev/null || true",
};

constexpr std::string_view k_sysusers[] = {
    "systemd-sysusers ${DPKG_ROOT:+--root=\"$DPKG_ROOT\"} *",
};

constexpr std::string_view k_menu[] = {
    "if [ \"$1\" = \"configure\" ] && [ -x \"`command -v update-menus`\" ] && "
    "[ -x \"$DPKG_ROOT`command -v update-menus`\" ]; then",
    "if [ \"$1\" = \"configure\" ] && [ -x \"`command -v update-menus`\" ]; then",
    "update-menus",
};

constexpr std::string_view k_alternatives[] = {
    "update-alternatives --install *",
};

constexpr std::string_view k_python[] = {
    "if command -v py3compile >/dev/null 2>&1; then",
    "py3compile -p *",
    "if command -v pypy3compile >/dev/null 2>&1; then",
    "pypy3compile -p * || true",
};

constexpr std::string_view k_ldconfig[] = {"ldconfig"};

constexpr std::string_view k_debconf[] = {
    "if [ \"$1\" = purge ] && [ -e /usr/share/debconf/confmodule ]; then",
    ". /usr/share/debconf/confmodule",
    "db_purge",
};

struct Kind {
  std::string_view tool;
  Verdict verdict;
  std::string_view reason;
  Lines lines;
};

constexpr std::string_view k_no_init = "an image has no init system that would start it";
constexpr std::string_view k_upgrade = "acts only when an older version is upgraded";

constexpr Kind k_kinds[] = {
    {"dh_installdeb", Verdict::needless, k_upgrade, k_maintscript},
    {"dh_installsystemd", Verdict::needless, k_no_init, k_systemd},
    {"dh_systemd_enable", Verdict::needless, k_no_init, k_systemd},
    {"dh_systemd_start", Verdict::needless, k_no_init, k_systemd},
    {"dh_installsystemduser", Verdict::needless, k_no_init, k_systemd},
    {"dh_installinit", Verdict::needless, k_no_init, k_init},
    {"dh_installtmpfiles", Verdict::needless, k_files_below_run, k_tmpfiles},
    {"dh_installsysusers", Verdict::done, "accounts: the definition names the accounts",
     k_sysusers},
    {"dh_installmenu", Verdict::needless, "an image has no window manager's menu", k_menu},
    {"dh_installalternatives", Verdict::done, "alternatives", k_alternatives},
    {"dh_python3", Verdict::needless, "byte code is a cache; modules are compiled when loaded",
     k_python},
    {"dh_pypy", Verdict::needless, "byte code is a cache; modules are compiled when loaded",
     k_python},
    {"dh_makeshlibs", Verdict::done, "ld.so.cache", k_ldconfig},
    {"dh_installdebconf", Verdict::needless, "forgets answers when the package is purged",
     k_debconf},
};

bool fits(std::string_view line, Lines shapes) {
  return std::ranges::any_of(shapes,
                             [&](std::string_view shape) { return has_shape(shape, line); });
}

}  // namespace

SnippetMeaning understand(const Snippet& snippet) {
  std::string_view first = snippet.lines.empty() ? "" : std::string_view(snippet.lines.front());
  for (const Kind& kind : k_kinds) {
    if (kind.tool != snippet.tool) continue;
    for (const std::string& line : snippet.lines) {
      if (!fits(line, k_frame) && !fits(line, kind.lines)) {
        return {Verdict::not_understood, {}, line};
      }
    }
    return {kind.verdict, kind.reason, {}};
  }
  return {Verdict::not_understood, {}, first};
}

}  // namespace kiln::rootfs::deb

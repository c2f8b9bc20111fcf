// SPDX-License-Identifier: Apache-2.0
#include "rootfs/effects/simple_files.hpp"

#include "rootfs/deb/effects/effects.hpp"

namespace kiln::rootfs::deb {

namespace {

using enum SimpleFile::Kind;

constexpr std::string_view k_hosts =
    "127.0.0.1\tlocalhost\n"
    "::1\t\tlocalhost ip6-localhost ip6-loopback\n"
    "ff02::1\t\tip6-allnodes\n"
    "ff02::2\t\tip6-allrouters\n"
    "\n";
constexpr std::string_view k_networks =
    "default\t\t0.0.0.0\n"
    "loopback\t127.0.0.0\n"
    "link-local\t169.254.0.0\n"
    "\n";

// Both as postgresql-common's postinst and pg_updateaptconfig write them, without any cluster.
constexpr std::string_view k_postgresql_root_crt =
    "This is a dummy root certificate file for PostgreSQL. To enable client side\n"
    "authentication, add some certificates to it. Client certificates must be signed\n"
    "with any certificate in this file to be accepted.\n"
    "\n"
    "A reasonable choice is to just symlink this file to\n"
    "/etc/ssl/certs/ssl-cert-snakeoil.pem; in this case, client certificates need to\n"
    "be signed by the postgresql server certificate, which might be desirable in\n"
    "many cases. See chapter \"Server Setup and Operation\" in the PostgreSQL\n"
    "documentation for details (in package postgresql-doc-9.2).\n"
    "\n"
    "  file:///usr/share/doc/postgresql-doc-9.2/html/ssl-tcp.html\n";
constexpr std::string_view k_postgresql_autoremove =
    "// DO NOT EDIT!\n"
    "// File maintained by /usr/share/postgresql-common/pg_updateaptconfig.\n"
    "//\n"
    "// Mark all PostgreSQL packages as NeverAutoRemove for which PostgreSQL\n"
    "// clusters exist. This is especially important when the \"postgresql\" meta\n"
    "// package changes its dependencies to a new version, which might otherwise\n"
    "// trigger the old postgresql-NN package to be automatically removed, rendering\n"
    "// the old database cluster inaccessible.\n"
    "\n"
    "APT\n"
    "{\n"
    "  NeverAutoRemove\n"
    "  {\n"
    "  };\n"
    "};\n";

constexpr SimpleFile k_files[] = {
    {"base-files", link, "etc/dpkg/origins/default", "debian"},
    {"base-files", copy, "root/.profile", "usr/share/base-files/dot.profile"},
    {"base-files", copy, "root/.bashrc", "usr/share/base-files/dot.bashrc"},
    {"base-files", copy, "etc/profile", "usr/share/base-files/profile"},
    {"base-files", copy, "etc/motd", "usr/share/base-files/motd"},
    {"base-files", directory, "mnt"},
    {"base-files", directory, "srv"},
    {"base-files", directory, "opt"},
    {"base-files", directory, "etc/opt"},
    {"base-files", directory, "var/opt"},
    {"base-files", directory, "media"},
    {"base-files", directory, "var/mail", {}, 02775, "root", "mail"},
    {"base-files", link, "var/spool/mail", "../mail"},
    {"base-files", directory, "run/lock", {}, 01777},
    {"base-files", directory, "usr/local"},
    {"base-files", directory, "usr/local/share"},
    {"base-files", directory, "usr/local/share/man"},
    {"base-files", directory, "usr/local/bin"},
    {"base-files", directory, "usr/local/games"},
    {"base-files", directory, "usr/local/lib"},
    {"base-files", directory, "usr/local/libexec", {}, 0755, "root", "root", "!bookworm"},
    {"base-files", directory, "usr/local/include"},
    {"base-files", directory, "usr/local/sbin"},
    {"base-files", directory, "usr/local/src"},
    {"base-files", directory, "usr/local/etc"},
    {"base-files", link, "usr/local/man", "share/man"},

    {"base-passwd", file, "etc/subuid", {}, 0644, "root", "root", "!bookworm"},
    {"base-passwd", file, "etc/subgid", {}, 0644, "root", "root", "!bookworm"},
    {"login", file, "etc/subuid", {}, 0644, "root", "root", "bookworm"},
    {"login", file, "etc/subgid", {}, 0644, "root", "root", "bookworm"},

    {"ca-certificates", directory, "usr/local/share/ca-certificates"},
    {"libc-bin", copy, "etc/nsswitch.conf", "usr/share/libc-bin/nsswitch.conf"},
    {"libpam-modules", file, "etc/security/opasswd", {}, 0600},
    {"libpam-modules", file, "etc/environment", {}, 0644},
    {"netbase", file, "etc/hosts", k_hosts, 0644},
    {"netbase", file, "etc/networks", k_networks, 0644},
    {"readline-common", copy, "etc/inputrc", "usr/share/readline/inputrc"},
    {"tzdata", link, "etc/localtime", "/usr/share/zoneinfo/Etc/UTC"},
    {"tzdata", file, "etc/timezone", "Etc/UTC\n", 0644, "root", "root", "bookworm"},
    {"ucf", file, "var/lib/ucf/hashfile", {}, 0644},
    {"ucf", file, "var/lib/ucf/registry", {}, 0644},

    {"java-common", directory, "etc/.java"},
    {"java-common", directory, "etc/.java/.systemPrefs"},
    {"java-common", file, "etc/.java/.systemPrefs/.system.lock", {}, 0644},
    {"java-common", file, "etc/.java/.systemPrefs/.systemRootModFile", {}, 0644},
    {"python3.13-minimal", directory, "usr/local/lib/python3.13"},
    {"python3.13-minimal", directory, "usr/local/lib/python3.13/dist-packages"},

    {"caddy", directory, "var/lib/caddy", {}, 0700, "caddy", "caddy"},
    {"caddy", directory, "var/log/caddy", {}, 0755, "caddy", "caddy"},
    {"memcached", copy, "etc/memcached.conf", "usr/share/memcached/memcached.conf.default"},
    {"nginx-common", ownership, "var/log/nginx", {}, 0755, "root", "adm"},
    {"nginx-common", file, "var/log/nginx/access.log", {}, 0640, "www-data", "adm"},
    {"nginx-common", file, "var/log/nginx/error.log", {}, 0640, "www-data", "adm"},
    {"nginx-common", link, "etc/nginx/sites-enabled/default", "/etc/nginx/sites-available/default"},
    {"nginx-common", directory, "var/www/html"},
    {"nginx-common", copy, "var/www/html/index.nginx-debian.html",
     "usr/share/nginx/html/index.html"},
    {"postgresql-common", directory, "var/lib/postgresql", {}, 0755, "postgres", "postgres"},
    {"postgresql-common", ownership, "var/lib/postgresql", {}, 0755, "postgres", "postgres"},
    {"postgresql-common", ownership, "etc/postgresql", {}, 0755, "postgres", "postgres"},
    {"postgresql-common", directory, "var/log/postgresql", {}, 01775, "root", "postgres"},
    {"postgresql-common", ownership, "var/log/postgresql", {}, 01775, "root", "postgres"},
    {"postgresql-common", directory, "run/postgresql", {}, 02775, "postgres", "postgres"},
    {"postgresql-common", copy, "etc/postgresql-common/createcluster.conf",
     "usr/share/postgresql-common/createcluster.conf"},
    {.package = "postgresql-common",
     .kind = file,
     .path = "etc/postgresql-common/root.crt",
     .text = k_postgresql_root_crt,
     .mode = 0644,
     .since = 2},
    {.package = "postgresql-common",
     .kind = file,
     .path = "etc/apt/apt.conf.d/02autoremove-postgresql",
     .text = k_postgresql_autoremove,
     .mode = 0444,
     .since = 2,
     .dev = true},
    {.package = "ssl-cert",
     .kind = ownership,
     .path = "etc/ssl/private",
     .mode = 0710,
     .group = "ssl-cert",
     .since = 2},
    {"redis-tools", directory, "var/log/redis", {}, 02750, "redis", "adm"},
    {"redis-tools", ownership, "var/log/redis", {}, 02750, "redis", "adm"},
    {"redis-tools", directory, "var/lib/redis", {}, 0750, "redis", "redis"},
    {"redis-tools", ownership, "var/lib/redis", {}, 0750, "redis", "redis"},
    {"redis-tools", directory, "etc/redis", {}, 02770, "redis", "redis"},
    {"redis-tools", ownership, "etc/redis", {}, 02770, "redis", "redis"},
    {"redis-server", ownership, "etc/redis/redis.conf", {}, 0640, "redis", "redis"},
    {"valkey-tools", directory, "var/log/valkey", {}, 02750, "valkey", "adm"},
    {"valkey-tools", ownership, "var/log/valkey", {}, 02750, "valkey", "adm"},
    {"valkey-tools", directory, "var/lib/valkey", {}, 0750, "valkey", "valkey"},
    {"valkey-tools", ownership, "var/lib/valkey", {}, 0750, "valkey", "valkey"},
    {"valkey-tools", directory, "etc/valkey", {}, 02770, "valkey", "valkey"},
    {"valkey-tools", ownership, "etc/valkey", {}, 02770, "valkey", "valkey"},
    {"valkey-server", ownership, "etc/valkey/valkey.conf", {}, 0640, "valkey", "valkey"},
};

}  // namespace

std::span<const SimpleFile> simple_files() {
  return k_files;
}

}  // namespace kiln::rootfs::deb

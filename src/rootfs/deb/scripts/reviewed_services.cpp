// SPDX-License-Identifier: Apache-2.0
//
// Servers and their clients.
#include "rootfs/deb/scripts/reviewed.hpp"

namespace kiln::rootfs::deb {

namespace {

using enum ScriptAccount::Verdict;

constexpr ReviewedScript k_rows[] = {
    {"caddy", "postinst", "c0997e14311888b4be802e673a4e5203", done,
     "caddy; an image has no init system that would start it"},
    {"memcached", "postinst", "2baa2298ea6466914cb59e3a3c51c5cf", done, "memcached"},
    {"nginx", "postinst", "abaa7a5ac066023b321da0a1ee75d51c", needless, "starts the server"},
    {"nginx-common", "postinst", "ff34efe6dccb8227d5256a624ca569b1", done, "nginx-common"},
    {"nginx-common", "preinst", "56b840cd734c3f95e5992191f6c03146", needless,
     "removes files of old versions"},
    {"openssh-client", "postinst", "7684b9db4b72bf9daa63eefb0166782e", needless,
     "ssh-agent gets no setgid bit: the group _ssh is none of the definition's"},
    {"postgresql-17", "postinst", "35a7c98d94e58c4d8fe9ddf8fb220281", needless,
     "creates and starts a database; a container makes its data when it starts"},
    {"postgresql-17", "preinst", "0e1061dc48f7bc6156c3aa6853e77c75", needless,
     "acts only when an older version is upgraded"},
    {"postgresql-client-17", "postinst", "8ac62d76cb41db0c602a865afb8df5b5", needless,
     "links manual pages"},
    {"postgresql-common", "postinst", "4bc9fa014f388164ab97b23bfbc966a9", done,
     "postgresql-common"},
    {"postgresql-common",
     "preinst",
     "d122d7acbd25992ebb31110bd6b40b73",
     done,
     "diversions",
     {},
     "usr/bin/pg_config usr/bin/pg_config.libpq-dev\n"},
    {"redis-server", "postinst", "af79b8d233e477eeb688e52623678f2a", done, "redis-server"},
    {"redis-tools", "postinst", "2cf06b525ad713c3c2a6f03efee388fa", done, "redis-tools"},
    {"ssl-cert", "postinst", "5fbdaf5c3986097aea7ae0bceb483ec7", done,
     "ssl-cert; it would also make a private key, and no image may carry one"},
    {"valkey-server", "postinst", "6770711fbe07860d82c261133f6fc1dd", done, "valkey-server"},
    {"valkey-tools", "postinst", "0c3a30e784f43c6fd9e74896f479f700", done, "valkey-tools"},
};

}  // namespace

std::span<const ReviewedScript> reviewed_services() {
  return k_rows;
}

}  // namespace kiln::rootfs::deb

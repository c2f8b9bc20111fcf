// SPDX-License-Identifier: Apache-2.0
#include "debian.hpp"

#include "support/tools.hpp"

#include <fmt/format.h>

namespace kiln::testing {

namespace {

DebPackage base_files() {
  DebPackage package{.name = "base-files", .version = "13.8"};
  package.add("./").add("./etc/").add("./etc/debian_version", "13.1\n").add("./usr/");
  package.add("./usr/bin/").add("./usr/lib/").add("./usr/share/");
  return package;
}

DebPackage libhello() {
  DebPackage package{.name = "libhello", .version = "2.1-1"};
  package.add("./").add("./usr/").add("./usr/lib/").add("./usr/lib/hello/");
  package.add("./usr/lib/hello/greetings", "hi\nhello\n");
  package.add_symlink("./usr/lib/hello/words", "greetings");
  return package;
}

DebPackage hello() {
  DebPackage package{.name = "hello", .version = "2.10-3", .fields = "Depends: libhello\n"};
  package.add("./").add("./usr/").add("./usr/bin/").add("./usr/bin/hello", "#!hello\n", 0755);
  return package;
}

// Writes and signs one suite of an archive.
void write_suite(const Path& archive, DebRepositoryOptions options,
                 const std::vector<DebPackage>& packages, const GpgKey& signer) {
  DebRepository repository(archive, std::move(options));
  for (const DebPackage& package : packages) repository.add(package);
  repository.publish(signer);
}

}  // namespace

const GpgKey& Debian::key() {
  static const GpgKey key = GpgKey::make().value();
  return key;
}

const GpgKey& Debian::other_key() {
  static const GpgKey key = GpgKey::make("Somebody Else <else@kiln.invalid>").value();
  return key;
}

void Debian::SetUp() {
  NEED_TOOL("gpg");
  Program::SetUp();
  options_.architectures = {"amd64", "arm64"};
  packages_ = {base_files(), libhello(), hello()};
  for (DebPackage package : std::vector(packages_)) {
    package.architecture = "arm64";
    packages_.push_back(std::move(package));
  }
  publish();
  value(write_file(place() / "key.asc", key().public_key()));
  configure();
  define("[hello]");
}

void Debian::publish(const GpgKey& signer) {
  DebRepositoryOptions more = options_;
  write_suite(www() / "debian", options_, packages_, signer);
  more.suite = "trixie-updates";
  write_suite(www() / "debian", more, {}, signer);
  more.suite = "trixie-security";
  write_suite(www() / "debian-security", more, {}, signer);
}

void Debian::define(const std::string& packages, const std::string& lines) {
  define_as("hello.yaml", packages, lines);
}

void Debian::define_as(const std::string& file, const std::string& packages,
                       const std::string& lines) {
  constexpr std::string_view k_text = R"(# syntax=dhi.io/build:2-debian13
name: Hello
image: example/hello
variant: runtime
tags: ["1"]
contents:
  packages: {}
accounts:
  run-as: nonroot
  users: [{{name: nonroot, uid: 65532, gid: 65532}}]
  groups: [{{name: nonroot, gid: 65532, members: [nonroot]}}]
os-release: {{name: Debian GNU/Linux, id: debian, version-id: "13", version-codename: trixie}}
annotations: {{org.opencontainers.image.description: Says hello}}
entrypoint: [/usr/bin/hello]
{})";
  Path path = place() / file;
  value(make_directories(path.parent_path()));
  value(write_file(path, fmt::format(k_text, packages, lines)));
}

void Debian::configure(const std::string& lines) {
  value(write_file(place() / "kiln.yaml",
                   fmt::format("mirrors: [{}]\nsecurity-mirrors: [{}]\nkeyrings: [{}]\n{}",
                               server().url("/debian"), server().url("/debian-security"),
                               (place() / "key.asc").string(), lines)));
}

std::string Debian::pool_path(const std::string& name) const {
  for (const DebPackage& package : packages_)
    if (package.name == name) return fmt::format("/debian/pool/{}/{}", name, package.file_name());
  throw std::invalid_argument("no package " + name);
}

}  // namespace kiln::testing

// SPDX-License-Identifier: Apache-2.0
#include "debian.hpp"

#include "base/process.hpp"
#include "support/tools.hpp"

#include <fmt/format.h>

namespace kiln::testing {

using ::testing::HasSubstr;

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

Json parse(const Ended& run) {
  return value(parse_json(run.output));
}

bool is_there(const Path& path) {
  return std::filesystem::exists(std::filesystem::symlink_status(path));
}

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
  std::filesystem::permissions(place(), std::filesystem::perms(0755));
  value(make_directories(place() / "home"));
  options_.architectures = {"amd64", "arm64"};
  packages_ = {base_files(), libhello(), hello()};
  for (DebPackage package : std::vector(packages_)) {
    package.architecture = "arm64";
    packages_.push_back(std::move(package));
  }
  publish();
  server_ = HttpServer::serve_directory(www());
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

Ended Debian::kiln(const std::vector<std::string>& words, const RunOptions& options) {
  ProcessRequest request;
  request.arguments = options.before;
  request.arguments.emplace_back(KILN_PROGRAM);
  request.arguments.insert(request.arguments.end(), words.begin(), words.end());
  std::map<std::string, std::string> environment = {
      {"PATH", "/usr/bin:/bin:/usr/sbin:/sbin"},
      {"HOME", (place() / "home").string()},
      {"XDG_DATA_HOME", (place() / "data").string()},
      {"KILN_CONFIG", (place() / "kiln.yaml").string()},
      {"KILN_STORE", store().string()},
  };
  for (const std::string& entry : options.environment) {
    size_t equals = entry.find('=');
    environment[entry.substr(0, equals)] = entry.substr(equals + 1);
  }
  request.environment.emplace();
  for (const auto& [name, text] : environment)
    request.environment->push_back(fmt::format("{}={}", name, text));
  request.directory = options.directory.empty() ? place().string() : options.directory;
  ProcessResult result = value(run_process(request));
  return {result.exit_code, std::move(result.output), std::move(result.error_output)};
}

Ended Debian::build(std::vector<std::string> words, const RunOptions& options) {
  words.insert(words.begin(), {"build", "hello.yaml", "-o", "out"});
  return kiln(words, options);
}

std::string Debian::digest(std::vector<std::string> words, const RunOptions& options) {
  std::string out = (place() / fmt::format("image-{}", ++builds_)).string();
  words.insert(words.begin(), {"build", (place() / "hello.yaml").string(), "--json", "-o", out});
  Ended run = kiln(words, options);
  EXPECT_EQ(run.exit, 0) << run.output << run.errors;
  if (run.exit != 0) return fmt::format("no image {}", builds_);
  return value(parse(run).as_object().at("images").as_array().at(0).get_string("digest"));
}

void Debian::expect_refused(int exit, const std::string& part, std::vector<std::string> words) {
  Ended run = build(std::move(words));
  EXPECT_EQ(run.exit, exit) << run.output << run.errors;
  EXPECT_THAT(run.errors, HasSubstr(part));
  EXPECT_EQ(run.output, "");
  EXPECT_FALSE(is_there(place() / "out"));
  expect_store_whole();
}

void Debian::expect_store_whole() {
  Ended run = kiln({"store", "verify"});
  EXPECT_EQ(run.exit, 0) << run.output << run.errors;
}

void Debian::forget_store() {
  value(remove_tree(store()));
}

std::string Debian::pool_path(const std::string& name) const {
  for (const DebPackage& package : packages_)
    if (package.name == name) return fmt::format("/debian/pool/{}/{}", name, package.file_name());
  throw std::invalid_argument("no package " + name);
}

}  // namespace kiln::testing

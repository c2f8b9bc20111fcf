// SPDX-License-Identifier: Apache-2.0
#include "packages/apk/unpack.hpp"

#include "packages/apk/apk_file.hpp"
#include "packages/apk/identify.hpp"
#include "packages/unpacked_record.hpp"
#include "support/apk_package.hpp"
#include "support/http_server.hpp"
#include "support/shared_data.hpp"
#include "support/test_world.hpp"

#include <gtest/gtest.h>

namespace kiln::packages::apk {
namespace {

using testing::apk_bytes;
using testing::apk_control_checksum;
using testing::ApkPackage;
using testing::DebFile;
using testing::TestWorld;
using testing::value;

const model::PackageId k_hello{"hello", "1.0-r0", "x86_64"};

ApkPackage example() {
  ApkPackage package{.name = "hello", .fields = "license = MIT\ndepend = musl\n"};
  package.scripts = {{".post-install", "#!/bin/sh\n"}};
  package.add("usr/").add("usr/bin/").add("usr/bin/hello", "hi there", 04755);
  package.add_symlink("usr/bin/hallo", "hello");
  DebFile link;
  link.entry.path = "usr/bin/hi";
  link.entry.type = TarType::hard_link;
  link.entry.link = "usr/bin/hello";
  package.files.push_back(link);
  return package;
}

Result<std::shared_ptr<const UnpackedPackage>> unpack_bytes(std::string_view bytes,
                                                            TestWorld& world) {
  return unpack(k_hello, value(world.store().put(bytes)), world);
}

Error error_of(std::string_view bytes) {
  TestWorld world;
  auto result = unpack_bytes(bytes, world);
  return result ? Error{ErrorCode::io, "it was accepted", {}, {}} : result.error();
}

TEST(ApkUnpack, KeepsEverythingThatDescribesThePackage) {
  TestWorld world;
  std::string bytes = apk_bytes(example());
  auto unpacked = value(unpack_bytes(bytes, world));
  EXPECT_EQ(unpacked->id, k_hello);
  EXPECT_EQ(unpacked->package, sha256(bytes));
  EXPECT_EQ(unpacked->checksum, apk_control_checksum(bytes));
  EXPECT_EQ(unpacked->control.at(".post-install"), "#!/bin/sh\n");
  ASSERT_EQ(unpacked->files.size(), 5U);
  const PackageFile& hello = unpacked->files[2];
  EXPECT_EQ(hello.path, "usr/bin/hello");
  EXPECT_EQ(hello.mode, 04755U);
  EXPECT_EQ(hello.checksum, "Q1VhcPVCmzXeoIG7ZZuIS0dcqTKak=") << "sha1 of \"hi there\"";
  auto payload = value(world.store().map(unpacked->payload));
  EXPECT_EQ(payload->bytes().substr(hello.offset, hello.size), "hi there");
  EXPECT_EQ(unpacked->files[3].link, "hello");
  EXPECT_FALSE(unpacked->files[3].checksum.empty());
  EXPECT_EQ(unpacked->files[4].link, "usr/bin/hello");
  EXPECT_EQ(unpacked->files[4].checksum, "");
  auto again = value(unpack(k_hello, sha256(bytes), world));
  EXPECT_EQ(to_record(*again), to_record(*unpacked)) << "also from the store's record";
}

TEST(ApkUnpack, APackageForEveryArchitectureIsTheOneItsIndexNames) {
  TestWorld world;
  ApkPackage package = example();
  package.architecture = "noarch";
  EXPECT_EQ(value(unpack_bytes(apk_bytes(package), world))->id, k_hello);
  package.architecture = "aarch64";
  EXPECT_EQ(error_of(apk_bytes(package)).message,
            "the package file that the index calls hello 1.0-r0 (x86_64) is "
            "hello 1.0-r0 (aarch64)");
}

TEST(ApkUnpack, SetsSignaturesApartAndLeavesOutWhatApkKeepsForItself) {
  DebFile signature;
  signature.entry.path = ".SIGN.RSA.test@kiln.invalid.rsa.pub";
  signature.content = "signature";
  signature.entry.size = signature.content.size();
  ApkPackage package = example();
  package.add(".apk-note", "of a build tool");
  std::string bytes = apk_bytes(package);
  std::string is_signed = testing::apk_segment({signature}, false) + bytes;
  ApkParts parts = value(read_apk(is_signed));
  EXPECT_EQ(parts.signatures.at(".SIGN.RSA.test@kiln.invalid.rsa.pub"), "signature");
  EXPECT_EQ(parts.checksum(), apk_control_checksum(bytes));
  TestWorld world;
  EXPECT_EQ(value(unpack_bytes(is_signed, world))->files.size(), 5U);
}

TEST(ApkUnpack, RefusesFilesThatAreNoPackage) {
  EXPECT_EQ(error_of("").message, "an apk does not begin with a gzip member");
  EXPECT_EQ(error_of("ADBd....").message,
            "the package is of apk's format 3 (ADB), which is not read");
  EXPECT_EQ(error_of("ADBd....").code, ErrorCode::unsupported);
  std::string good = apk_bytes(example());
  for (size_t size = 2; size < good.size(); size += 97) {
    ErrorCode code = error_of(good.substr(0, size)).code;
    EXPECT_TRUE(code == ErrorCode::corrupt || code == ErrorCode::unverified) << size;
  }
  EXPECT_EQ(error_of(testing::apk_segment(example().files, true)).message,
            "the first segment of an apk has \"usr/\", which does not belong there");
  ApkPackage nameless = example();
  nameless.name = "../hello";
  EXPECT_EQ(error_of(apk_bytes(nameless)).message, "\"../hello\" is no pkgname of a package");
}

TEST(ApkUnpack, RefusesWhatBreaksTheChain) {
  ApkPackage package = example();
  package.datahash = sha256("something else").hex();
  Error error = error_of(apk_bytes(package));
  EXPECT_EQ(error.code, ErrorCode::unverified);
  EXPECT_EQ(error.message, "the data segment of an apk is not what its datahash says");
  std::string more = apk_bytes(example()) + testing::apk_segment(example().files, true);
  EXPECT_EQ(error_of(more).message, "the data segment of an apk is not what its datahash says")
      << "a member behind the last";
  package = example();
  package.files[2].content = "ho there";
  error = error_of(apk_bytes(package));
  EXPECT_EQ(error.code, ErrorCode::unverified);
  EXPECT_EQ(error.message,
            "the content of usr/bin/hello is not what its checksum in the package says");
}

TEST(ApkUnpack, RefusesHostileMembers) {
  auto with = [](TarType type, std::string path, std::string link = {}) {
    ApkPackage package = example();
    DebFile file;
    file.entry.type = type;
    file.entry.path = std::move(path);
    file.entry.link = std::move(link);
    package.files.push_back(file);
    return error_of(apk_bytes(package)).message;
  };
  EXPECT_EQ(with(TarType::file, "/etc/passwd"), "a package has the absolute path \"/etc/passwd\"");
  EXPECT_EQ(with(TarType::file, "usr/../../etc/passwd"), "path leads out of its root by \"..\"");
  EXPECT_EQ(with(TarType::file, "usr/bin/hello"), "a package has usr/bin/hello twice");
  EXPECT_EQ(with(TarType::hard_link, "x", "../outside"), "path leads out of its root by \"..\"");
  EXPECT_EQ(with(TarType::hard_link, "x", "absent"),
            "the hard link x of a package leads to absent, which is no file before it");
}

TEST(ApkUnpack, StopsABombInTheControlSegment) {
  ApkPackage package = example();
  package.scripts[".post-install"] = std::string(65U << 20, ' ');
  EXPECT_EQ(error_of(apk_bytes(package)).code, ErrorCode::limit);
}

class ApkIdentify : public ::testing::Test {
 protected:
  void serve(const std::string& path, std::string bytes) {
    server_.on(path, [bytes](const auto&) { return testing::ServerResponse{.body = bytes}; });
  }
  Promise promise(std::vector<std::string> urls) const {
    return {.id = k_hello,
            .checksum = apk_control_checksum(bytes_),
            .size = bytes_.size(),
            .urls = std::move(urls)};
  }
  Result<std::vector<Digest>> ask(const Promise& promise) {
    return identify(std::vector{promise}, world_);
  }

  std::string bytes_ = apk_bytes(example());
  testing::HttpServer server_;
  TestWorld world_;
};

TEST_F(ApkIdentify, TakesTheFirstMirrorThatKeepsThePromiseAndRemembersIt) {
  ApkPackage other = example();
  other.files[2].content = "ho there";
  other.files[2].entry.apk_sha1 = hash_hex(HashAlgorithm::sha1, "ho there");
  serve("/evil/hello.apk", apk_bytes(other));
  serve("/good/hello.apk", bytes_);
  Promise both = promise({server_.url("/evil/hello.apk"), server_.url("/good/hello.apk")});
  EXPECT_EQ(value(ask(both)), std::vector{sha256(bytes_)});
  EXPECT_TRUE(world_.store().has(sha256(bytes_)));
  EXPECT_FALSE(world_.store().has(sha256(apk_bytes(other))));
  world_.world().offline = true;
  EXPECT_EQ(value(ask(both)), std::vector{sha256(bytes_)}) << "without asking again";
  Promise unknown = both;
  ++unknown.size;
  EXPECT_EQ(ask(unknown).error().message,
            "the SHA-256 of package hello 1.0-r0 (x86_64) is not known here, and --offline "
            "forbids to fetch it");
}

TEST_F(ApkIdentify, SaysWhichLinkIsBrokenAndKeepsNothing) {
  std::string damaged = bytes_;
  damaged.back() ^= 1;
  EXPECT_EQ(check_promise(promise({}), damaged).error().message,
            "the data segment of an apk is not what its datahash says");
  EXPECT_EQ(check_promise(promise({}), bytes_.substr(1)).error().message,
            fmt::format("the file of package hello 1.0-r0 (x86_64) has {} bytes instead of the {} "
                        "that its index says",
                        bytes_.size() - 1, bytes_.size()));
  Promise another = promise({});
  another.checksum = "Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  EXPECT_EQ(check_promise(another, bytes_).error().message,
            fmt::format("the file of package hello 1.0-r0 (x86_64) has the checksum {} and not "
                        "Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=, as its signed index says",
                        apk_control_checksum(bytes_)));
  serve("/hello.apk", damaged);
  auto result = ask(promise({server_.url("/hello.apk")}));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::unverified) << result.error().str();
  EXPECT_FALSE(world_.store().has(sha256(damaged)));
}

TEST(ApkUnpack, TheChainOfEveryRealPackageVerifies) {
  auto shared = testing::shared_file("alpine");
  if (!shared) GTEST_SKIP() << "../shared/alpine is not here";
  TestWorld world;
  size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(*shared)) {
    if (entry.path().extension() != ".apk") continue;
    std::string bytes = value(read_file(entry.path()));
    ApkParts parts = value(read_apk(bytes));
    EXPECT_EQ(parts.signatures.size(), 1U) << entry.path();
    std::string stem = entry.path().stem().string();
    size_t dash = stem.rfind('-', stem.rfind('-') - 1);
    model::PackageId id{stem.substr(0, dash), stem.substr(dash + 1), "x86_64"};
    auto unpacked = unpack(id, value(world.store().put(bytes)), world);
    ASSERT_OK(unpacked) << entry.path();
    for (const PackageFile& file : (*unpacked)->files)
      EXPECT_EQ(file.checksum.empty(),
                file.type != model::FileType::file && file.type != model::FileType::symlink)
          << file.path;
    ++count;
  }
  EXPECT_GE(count, 176U);
}

}  // namespace
}  // namespace kiln::packages::apk

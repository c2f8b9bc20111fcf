// SPDX-License-Identifier: Apache-2.0
#include "packages/deb/unpack.hpp"

#include "packages/deb/deb_file.hpp"
#include "packages/unpacked_record.hpp"
#include "support/archives.hpp"
#include "support/deb_package.hpp"
#include "support/shared_data.hpp"
#include "support/test_world.hpp"
#include "support/tools.hpp"

#include <random>

#include <gtest/gtest.h>

namespace kiln::packages::deb {
namespace {

using testing::ar_bytes;
using testing::DebFile;
using testing::DebPackage;
using testing::TestWorld;
using testing::value;

DebPackage example() {
  DebPackage package{.name = "hello", .version = "1:2-3", .fields = "Depends: libc6\n"};
  package.control = {{"postinst", "#!/bin/sh\n"}, {"md5sums", "x  usr/bin/hello\n"}};
  package.add("./").add("./usr/").add("./usr/bin/").add("./usr/bin/hello", "hi there", 04755);
  package.add_symlink("./usr/bin/hallo", "hello");
  TarEntry link;
  link.path = "./usr/bin/hi";
  link.type = TarType::hard_link;
  link.mode = 04755;
  link.link = "./usr/bin/hello";
  package.files.push_back({link, {}});
  package.files[3].entry.xattrs["security.capability"] = std::string("\1\0\0\2", 4);
  return package;
}

std::shared_ptr<const UnpackedPackage> unpack_bytes(std::string_view bytes, TestWorld& world) {
  return value(unpack(value(world.store().put(bytes)), world));
}

Error error_of(std::string_view bytes) {
  static TestWorld world;
  auto result = unpack(value(world.store().put(bytes)), world);
  return result ? Error{ErrorCode::io, "it was accepted", {}, {}} : result.error();
}

TEST(DebUnpack, KeepsEverythingThatDescribesThePackage) {
  for (std::string compression : {"", "gz", "xz", "zst"}) {
    TestWorld world;
    DebPackage package = example();
    package.compression = compression;
    auto unpacked = unpack_bytes(deb_bytes(package), world);
    EXPECT_EQ(unpacked->id, (model::PackageId{"hello", "1:2-3", "amd64"}));
    EXPECT_EQ(unpacked->control.at("control"), package.control_text());
    EXPECT_EQ(unpacked->control.at("postinst"), "#!/bin/sh\n");
    ASSERT_EQ(unpacked->files.size(), 6U);
    EXPECT_EQ(unpacked->files[0].path, "");
    const PackageFile& hello = unpacked->files[3];
    EXPECT_EQ(hello.path, "usr/bin/hello");
    EXPECT_EQ(hello.mode, 04755U);
    EXPECT_EQ(hello.sha256, sha256("hi there"));
    EXPECT_EQ(hello.xattrs.at("security.capability"), std::string("\1\0\0\2", 4));
    auto payload = value(world.store().map(unpacked->payload));
    EXPECT_EQ(payload->bytes().substr(hello.offset, hello.size), "hi there");
    EXPECT_EQ(unpacked->files[4].link, "hello");
    EXPECT_EQ(unpacked->files[5].type, model::FileType::hard_link);
    EXPECT_EQ(unpacked->files[5].link, "usr/bin/hello");
  }
}

TEST(DebUnpack, RemembersWhatItDecodedAndDecodesAgainWhenThePayloadIsGone) {
  TestWorld world;
  auto first = unpack_bytes(deb_bytes(example()), world);
  std::filesystem::remove(world.store().path_of(first->package));
  auto second = value(unpack(first->package, world));
  EXPECT_EQ(to_record(*second), to_record(*first));
  std::filesystem::remove(world.store().path_of(first->payload));
  auto third = unpack(first->package, world);
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, ErrorCode::not_found);
}

TEST(DebUnpack, MustBeThePackageThatTheIndexPromised) {
  TestWorld world;
  Digest digest = value(world.store().put(deb_bytes(example())));
  EXPECT_OK(unpack({"hello", "1:2-3", "amd64"}, digest, world));
  for (model::PackageId other : {model::PackageId{"hallo", "1:2-3", "amd64"},
                                 {"hello", "1:2-4", "amd64"},
                                 {"hello", "1:2-3", "all"}}) {
    auto result = unpack(other, digest, world);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::unverified);
    EXPECT_NE(result.error().message.find("is hello 1:2-3 (amd64)"), std::string::npos);
  }
}

TEST(DebUnpack, RefusesFilesThatAreNoPackage) {
  std::string control = testing::tar_bytes({});
  EXPECT_EQ(error_of("").code, ErrorCode::corrupt);
  EXPECT_EQ(error_of("!<arch>\n").code, ErrorCode::corrupt);
  EXPECT_EQ(error_of(ar_bytes({{"debian-binary", "3.0\n"}})).code, ErrorCode::unsupported);
  EXPECT_EQ(error_of(ar_bytes({{"control.tar", control}})).code, ErrorCode::corrupt);
  EXPECT_EQ(error_of(ar_bytes({{"debian-binary", "2.0\n"}, {"control.tar", control}})).code,
            ErrorCode::corrupt);
  EXPECT_EQ(
      error_of(
          ar_bytes({{"debian-binary", "2.0\n"}, {"data.tar", control}, {"control.tar", control}}))
          .code,
      ErrorCode::corrupt);
  EXPECT_EQ(
      error_of(
          ar_bytes({{"debian-binary", "2.0\n"}, {"control.tar.rar", control}, {"data.tar", ""}}))
          .code,
      ErrorCode::unsupported);
  EXPECT_NE(
      error_of(
          ar_bytes({{"debian-binary", "2.0\n"}, {"control.tar", control}, {"data.tar", control}}))
          .message.find("no control file"),
      std::string::npos);
  std::string good = deb_bytes(example());
  EXPECT_NE(error_of(good).message.find("accepted"), std::string::npos);
  for (size_t size = 60; size < good.size(); size += 397)
    EXPECT_EQ(error_of(good.substr(0, size)).code, ErrorCode::corrupt) << size;
}

TEST(DebUnpack, PassesOverMembersThatBeginWithAnUnderscore) {
  std::string control = deb_bytes(DebPackage{.name = "x", .compression = ""});
  TestWorld world;
  DebPackage inner{.name = {}};
  inner.add("./control", DebPackage{.name = "x"}.control_text());
  auto unpacked = unpack_bytes(ar_bytes({{"debian-binary", "2.1\nmore\n"},
                                         {"_first", "?"},
                                         {"control.tar", testing::tar_bytes(inner.files)},
                                         {"data.tar", testing::tar_bytes({})},
                                         {"_gpgorigin", "signature"}}),
                               world);
  EXPECT_EQ(unpacked->id.name, "x");
}

// The error of a payload with one more member.
std::string hostile(const TarEntry& entry, std::string content = {}) {
  DebPackage package = example();
  package.files.push_back({entry, std::move(content)});
  return error_of(deb_bytes(package)).message;
}

TEST(DebUnpack, RefusesHostilePayloads) {
  TarEntry file;
  file.path = "/etc/passwd";
  EXPECT_NE(hostile(file).find("absolute path"), std::string::npos);
  file.path = "./usr/../../etc/passwd";
  EXPECT_EQ(hostile(file).find("accepted"), std::string::npos);
  file.path = "usr/bin/hello";
  EXPECT_NE(hostile(file).find("twice"), std::string::npos);
  TarEntry link;
  link.type = TarType::hard_link;
  link.path = "./x";
  for (std::string target :
       {"./absent", "../x", "/usr/bin/hello", "./usr/bin", "./usr/bin/hallo"}) {
    link.link = target;
    EXPECT_EQ(hostile(link).find("accepted"), std::string::npos) << target;
  }
  link.link = "./usr/bin/hi";
  EXPECT_NE(hostile(link).find("accepted"), std::string::npos) << "a link to a link of a file";
  TarEntry directory;
  directory.type = TarType::directory;
  directory.path = "./usr/bin/";
  directory.mode = 0755;
  EXPECT_NE(hostile(directory).find("accepted"), std::string::npos) << "a directory may come twice";
}

TEST(DebUnpack, AgreesWithDpkgDeb) {
  NEED_TOOL("dpkg-deb");
  auto directory = value(TemporaryDirectory::create());
  Path tree = directory.path() / "tree";
  value(make_directories(tree / "DEBIAN"));
  value(make_directories(tree / "usr/share/long" / std::string(120, 'd')));
  value(write_file(tree / "DEBIAN/control", example().control_text()));
  std::mt19937_64 random(testing::fresh_seed());
  std::string bytes(100'000, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random() % 7);
  value(write_file(tree / "usr/share/long" / std::string(120, 'd') / "data", bytes, 0640));
  std::filesystem::create_symlink("../x", tree / "usr/link");
  for (std::string compression : {"gzip", "xz", "zstd", "none"}) {
    Path deb = directory.path() / (compression + ".deb");
    auto built =
        testing::run_tool({"dpkg-deb", "--root-owner-group", "-Z" + compression, "-b", tree, deb});
    ASSERT_EQ(built.exit_code, 0) << built.errors;
    TestWorld world;
    auto unpacked = unpack_bytes(value(read_file(deb)), world);
    auto judge = testing::run_tool({"dpkg-deb", "--fsys-tarfile", deb});
    EXPECT_EQ(value(world.store().map(unpacked->payload))->bytes(), judge.output);
    const PackageFile& data = unpacked->files.back().type == model::FileType::symlink
                                  ? unpacked->files[unpacked->files.size() - 2]
                                  : unpacked->files.back();
    EXPECT_EQ(data.sha256, sha256(bytes));
    EXPECT_EQ(data.mode, 0640U);
    EXPECT_EQ(data.uid, 0U);
  }
}

TEST(UnpackedRecord, DamageIsFound) {
  TestWorld world;
  std::string good = to_record(*unpack_bytes(deb_bytes(example()), world));
  EXPECT_EQ(to_record(value(from_record(good))), good);
  for (size_t size = 0; size < good.size(); size += 7)
    EXPECT_FALSE(from_record(good.substr(0, size)));
  EXPECT_FALSE(from_record(good + "x"));
  std::mt19937_64 random(testing::fresh_seed());
  for (int round = 0; round < 2000; ++round) {
    std::string bytes = good;
    bytes[random() % bytes.size()] = static_cast<char>(random());
    (void)from_record(bytes);
  }
}

}  // namespace
}  // namespace kiln::packages::deb

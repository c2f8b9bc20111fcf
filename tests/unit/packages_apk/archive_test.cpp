// SPDX-License-Identifier: Apache-2.0
//
// Loading indexes from a server on loopback, and from hostile ones.
#include "packages/apk/archive.hpp"

#include "codec/decompress.hpp"
#include "support/apk_package.hpp"
#include "support/apk_repository.hpp"
#include "support/http_server.hpp"
#include "support/test_world.hpp"

#include <filesystem>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace kiln::packages::apk {
namespace {

using testing::apk_index_content;
using testing::apk_index_entry;
using testing::apk_signed;
using testing::RsaKey;
using testing::value;

constexpr std::string_view k_key_name = "test@kiln.invalid-1.rsa.pub";

const RsaKey& trusted() {
  static const RsaKey key;
  return key;
}

const RsaKey& stranger() {
  static const RsaKey key;
  return key;
}

std::string signed_index(std::string_view text) {
  return apk_signed(apk_index_content(text), trusted(), k_key_name);
}

// What a store holds besides its own bookkeeping.
size_t files_below(const Path& directory) {
  size_t count = 0;
  for (std::string_view part : {"blobs", "records", "state"}) {
    std::error_code none;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(directory / "store" / part, none))
      count += entry.is_regular_file() ? 1 : 0;
  }
  return count;
}

class ApkArchive : public ::testing::Test {
 protected:
  void serve(std::string file) {
    server_.on("/alpine/v3.99/main/x86_64/APKINDEX.tar.gz", [file](const auto& request) {
      return testing::serve_content(request, file, "\"" + sha256(file).hex() + "\"");
    });
  }

  Result<std::unique_ptr<ApkUniverse>> load_it() {
    std::vector repositories{value(parse_repository(server_.url("/alpine/v3.99/main")))};
    return load(repositories, "x86_64", keys_, {}, world_);
  }

  // The error of an index that must be refused, and of which nothing may stay.
  Error refused(std::string file) {
    serve(std::move(file));
    auto result = load_it();
    EXPECT_EQ(files_below(world_.directory()), 0U) << "something was kept";
    return result ? Error{ErrorCode::io, "it was accepted", {}, {}} : result.error();
  }

  std::vector<NamedKey> keys_ = {{std::string(k_key_name), trusted().public_pem()}};
  testing::HttpServer server_;
  testing::TestWorld world_;
};

TEST_F(ApkArchive, LoadsWhatATrustedKeySigned) {
  serve(signed_index(apk_index_entry("hello", "1.0-r0")));
  auto universe = value(load_it());
  EXPECT_EQ(universe->named("hello").size(), 1U);
  ASSERT_EQ(universe->indexes().size(), 1U);
  EXPECT_EQ(universe->indexes()[0].fingerprints, std::vector{std::string(k_key_name)});
  EXPECT_EQ(value(load_it())->names(), std::vector<std::string>{"hello"});
  EXPECT_EQ(server_.requests().back().headers.count("if-none-match"), 1U) << "asks for news only";
  world_.world().offline = true;
  EXPECT_EQ(value(load_it())->names(), std::vector<std::string>{"hello"}) << "from the store";
}

TEST_F(ApkArchive, ReadsTheNewerKindOfSignature) {
  std::string content = apk_index_content(apk_index_entry("hello", "1.0-r0"));
  serve(apk_signed(content, trusted(), k_key_name, HashAlgorithm::sha256));
  EXPECT_EQ(value(load_it())->names(), std::vector<std::string>{"hello"});
}

TEST_F(ApkArchive, RefusesAnIndexThatWasTamperedWith) {
  std::string good = signed_index(apk_index_entry("hello", "1.0-r0"));
  std::string evil = apk_index_content(apk_index_entry("hello", "6.6.6-r0"));
  std::string_view rest = good;
  value(take_gzip_member(rest, 1 << 20));
  Error error = refused(good.substr(0, good.size() - rest.size()) + evil);
  EXPECT_EQ(error.code, ErrorCode::unverified);
  EXPECT_EQ(error.message, "the RSA signature does not fit the content or its key");
  EXPECT_TRUE(error.str().contains("checking the signature of test@kiln.invalid-1.rsa.pub"));
  EXPECT_TRUE(error.str().contains("/alpine/v3.99/main")) << error.str();
  EXPECT_EQ(refused(good + "behind the end").code, ErrorCode::unverified);
}

TEST_F(ApkArchive, RefusesTheSignaturesOfOthers) {
  std::string content = apk_index_content(apk_index_entry("hello", "1.0-r0"));
  Error error = refused(apk_signed(content, stranger(), "evil.rsa.pub"));
  EXPECT_EQ(error.code, ErrorCode::unverified);
  EXPECT_EQ(error.message, "it is signed by evil.rsa.pub, not trusted");
  error = refused(apk_signed(content, stranger(), k_key_name));
  EXPECT_EQ(error.message, "the RSA signature does not fit the content or its key")
      << "another key under a known name";
  error = refused(content);
  EXPECT_EQ(error.code, ErrorCode::unverified);
  EXPECT_EQ(error.message, "it is not signed");
  keys_[0].pem = "no key";
  error = refused(apk_signed(content, trusted(), k_key_name));
  EXPECT_EQ(error.code, ErrorCode::corrupt);
  EXPECT_EQ(error.message, "not an RSA public key in PEM form");
}

TEST_F(ApkArchive, AKeyIsTrustedForItsArchitecturesOnly) {
  std::string good = signed_index(apk_index_entry("hello", "1.0-r0"));
  keys_[0].architectures = {"aarch64", "armv7"};
  Error error = refused(good);
  EXPECT_EQ(error.code, ErrorCode::unverified);
  EXPECT_EQ(error.message,
            "it is signed by test@kiln.invalid-1.rsa.pub (a key of aarch64 and armv7 only), not "
            "trusted");
  keys_[0].architectures = {"x86_64"};
  EXPECT_OK(load_it());
  for (const NamedKey& key : embedded_keys()) EXPECT_FALSE(key.architectures.empty()) << key.name;
}

TEST_F(ApkArchive, RefusesFilesThatAreNoIndex) {
  std::string good = signed_index(apk_index_entry("hello", "1.0-r0"));
  for (size_t size = 0; size < good.size(); size += 61) {
    Error error = refused(good.substr(0, size));
    EXPECT_TRUE(error.code == ErrorCode::corrupt || error.code == ErrorCode::unverified)
        << size << ": " << error.str();
  }
  Error error = refused("ADBd and more");
  EXPECT_EQ(error.code, ErrorCode::unsupported);
  EXPECT_EQ(error.message, "the index is of apk's format 3 (ADB), which is not read");
  EXPECT_FALSE(error.hint.empty());
  EXPECT_EQ(refused("<html>not found</html>").message, "it does not begin with a gzip member");
}

TEST_F(ApkArchive, RefusesSignedNonsense) {
  auto garbage = [&](std::string_view content) {
    return refused(apk_signed(content, trusted(), k_key_name));
  };
  EXPECT_EQ(garbage("no gzip member").code, ErrorCode::corrupt);
  testing::DebFile other;
  other.entry.path = "README";
  EXPECT_EQ(garbage(testing::apk_segment({other}, true)).message,
            "the archive of the index has no member APKINDEX");
  EXPECT_EQ(refused(signed_index("P:a\nV 1\n\n")).message, "the index has the line \"V 1\"");
  EXPECT_EQ(refused(signed_index("P:a\nV:1\n\n")).message, "the index has no checksum of a");
  EXPECT_EQ(refused(signed_index(apk_index_entry("../a", "1"))).message,
            "the index has a package with the name \"../a\"");
  EXPECT_EQ(refused(signed_index(apk_index_entry("a", "1", "S:many\n"))).message,
            "the index has \"many\" for S: of a");
  EXPECT_EQ(refused(signed_index(apk_index_entry("a", "1", "C:Q1AAAA\n"))).message,
            "the index has no proper checksum of a");
}

TEST_F(ApkArchive, RefusesPackagesOfAnotherArchitecture) {
  serve(signed_index(apk_index_entry("a", "1", "A:noarch\n")));
  EXPECT_EQ(value(load_it())->names(), std::vector<std::string>{"a"});
  serve(signed_index(apk_index_entry("b", "1", "A:aarch64\n")));
  auto result = load_it();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::corrupt);
  EXPECT_EQ(result.error().message, "the index has b for aarch64 and not for x86_64");
}

TEST_F(ApkArchive, StopsBombs) {
  std::string zeros(2U << 20, '\0');
  testing::DebFile member;
  member.entry.path = fmt::format(".SIGN.RSA.{}", k_key_name);
  member.entry.size = zeros.size();
  member.content = zeros;
  EXPECT_EQ(refused(testing::apk_segment({member}, false)).code, ErrorCode::limit)
      << "in what comes before the signature is known";
}

class ApkFreshness : public ApkArchive {
 protected:
  static constexpr UnixTime k_day = 86400;

  ApkFreshness() { world_.clock().set(k_now); }

  void serve_of(UnixTime date, std::string_view version) {
    serve(apk_signed(apk_index_content(apk_index_entry("hello", version), date), trusted(),
                     k_key_name));
  }
  // "hello 1.0-r0", or the error.
  std::string loaded(const ArchiveOptions& options = {}) {
    std::vector repositories{value(parse_repository(server_.url("/alpine/v3.99/main")))};
    auto universe = load(repositories, "x86_64", keys_, options, world_);
    if (!universe) return universe.error().message;
    return (*universe)->get((*universe)->named("hello").at(0)).id.version;
  }

  static constexpr UnixTime k_now = 1800000000;
};

TEST_F(ApkFreshness, AnOlderIndexThanBeforeIsRefused) {
  serve_of(k_now - 2 * k_day, "1.0-r0");
  EXPECT_EQ(loaded(), "1.0-r0");
  serve_of(k_now - k_day, "1.1-r0");
  EXPECT_EQ(loaded(), "1.1-r0");
  serve_of(k_now - 2 * k_day, "1.0-r0");
  EXPECT_EQ(
      loaded(),
      "the index is of 2027-01-13T08:00:00Z, but one of 2027-01-14T08:00:00Z was seen before");
  EXPECT_EQ(loaded({.allow_older = true}), "1.0-r0");
  serve_of(k_now - k_day, "1.1-r0");
  EXPECT_EQ(loaded(), "1.1-r0");
}

TEST_F(ApkFreshness, AgeIsBoundedWhereAsked) {
  serve_of(k_now - 3 * k_day, "1.0-r0");
  EXPECT_EQ(loaded({.greatest_age = std::chrono::hours(72)}), "1.0-r0");
  EXPECT_TRUE(loaded({.greatest_age = std::chrono::hours(48)}).contains("older than"));
  serve_of(k_now + 2 * k_day, "1.0-r0");
  EXPECT_TRUE(loaded().contains("in the future")) << loaded();
}

TEST_F(ApkFreshness, AnIndexWithoutDateIsTaken) {
  serve_of(0, "1.0-r0");
  EXPECT_EQ(loaded({.greatest_age = std::chrono::hours(1)}), "1.0-r0");
}

TEST_F(ApkArchive, AsksTheNextMirrorWhenOneIsBehindOrBroken) {
  std::string old = apk_signed(apk_index_content(apk_index_entry("hello", "1.0-r0"), 1700000000),
                               trusted(), k_key_name);
  std::string good = apk_signed(apk_index_content(apk_index_entry("hello", "1.1-r0"), 1700000001),
                                trusted(), k_key_name);
  auto serve_at = [&](const std::string& place, const std::string& bytes) {
    server_.on(place + "/x86_64/APKINDEX.tar.gz",
               [bytes](const auto&) { return testing::ServerResponse{.body = bytes}; });
  };
  serve_at("/good", good);
  serve_at("/behind", old);
  serve_at("/evil", apk_signed(apk_index_content(apk_index_entry("hello", "6.6.6-r0")), stranger(),
                               k_key_name));
  Repository repository =
      value(parse_repository("https://dl-cdn.alpinelinux.org/alpine/v3.99/main"));
  auto load_from = [&](std::vector<std::string> mirrors) {
    repository.mirrors.clear();
    for (const std::string& mirror : mirrors) repository.mirrors.push_back(server_.url(mirror));
    return load(std::vector{repository}, "x86_64", keys_, {}, world_);
  };
  auto universe = value(load_from({"/none", "/evil", "/good"}));
  const Candidate& hello = universe->get(universe->named("hello").at(0));
  EXPECT_EQ(hello.id.version, "1.1-r0");
  EXPECT_EQ(hello.repository, "alpine v3.99 main");
  EXPECT_EQ(hello.urls, (std::vector{server_.url("/none/x86_64/hello-1.1-r0.apk"),
                                     server_.url("/evil/x86_64/hello-1.1-r0.apk"),
                                     server_.url("/good/x86_64/hello-1.1-r0.apk")}));
  universe = value(load_from({"/behind", "/good"}));
  EXPECT_EQ(universe->get(universe->named("hello").at(0)).id.version, "1.1-r0")
      << "what was seen counts for all mirrors";
  auto none = load_from({"/none", "/behind"});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::unverified) << none.error().str();
}

TEST_F(ApkArchive, AKeyThatIsNoLongerTrustedOpensNothingThatIsKept) {
  serve(signed_index(apk_index_entry("hello", "1.0-r0")));
  value(load_it());
  keys_[0].pem = stranger().public_pem();
  auto result = load_it();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "the RSA signature does not fit the content or its key");
  world_.world().offline = true;
  EXPECT_FALSE(load_it());
  keys_.push_back({std::string(k_key_name), trusted().public_pem()});
  EXPECT_TRUE(load_it()) << "one of two keys of that name";
}

}  // namespace
}  // namespace kiln::packages::apk

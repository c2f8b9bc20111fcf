// SPDX-License-Identifier: Apache-2.0
#include "evidence/build_record.hpp"

#include "evidence/dependencies.hpp"
#include "evidence/public_url.hpp"
#include "sample.hpp"
#include "support/golden.hpp"
#include "support/result_matchers.hpp"

#include <gmock/gmock.h>

namespace kiln::evidence {
namespace {

using ::testing::HasSubstr;
using testing::value;

TEST(BuildRecord, ReadsWhatItWrites) {
  Sample build = sample();
  build.record.parameters.lock = sha256("lock");
  build.record.parameters.source_date_epoch = 12;
  build.record.parameters.rewrites = {{"http://dhi.io/deb", ""}};
  build.add_platform_document("spdx-2.3", "{}");
  build.add_image_document("changelog", "{\"a\":1}");
  std::string text = write_record(build.record);
  EXPECT_EQ(value(read_record(text)), build.record);
  testing::expect_golden("evidence/record.json", text);
}

TEST(BuildRecord, RefusesEveryUnknownMemberAtEveryPlace) {
  std::string text = write_record(sample().record);
  size_t objects = 0;
  for (size_t at = text.find('{'); at != std::string::npos; at = text.find('{', at + 1)) {
    std::string changed = text;
    bool empty = changed[at + 1] == '}';
    changed.insert(at + 1, empty ? "\"zz\":1" : "\"zz\":1,");
    EXPECT_FALSE(read_record(changed)) << changed.substr(at, 60);
    ++objects;
  }
  EXPECT_GT(objects, 10U);
}

TEST(BuildRecord, RefusesAMissingMember) {
  Json whole = value(parse_json(write_record(sample().record)));
  for (const auto& [key, ignored] : whole.as_object()) {
    if (key == "source") continue;  // a definition outside version control has none
    Json less = whole;
    less.as_object().erase(key);
    EXPECT_FALSE(read_record(canonical(less))) << key;
  }
}

TEST(BuildRecord, SaysWhenItIsOfANewerKiln) {
  Json json = value(parse_json(write_record(sample().record)));
  json["format"] = 2;
  Result<BuildRecord> read = read_record(canonical(json));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::unsupported);
}

TEST(BuildRecord, RefusesPathsOutsideTheCatalogAndTextWithLineEnds) {
  for (std::string bad : {"../x.yaml", "/home/u/x.yaml", "a/../b", "a\nb", ""}) {
    Sample build = sample();
    build.record.definition_files[0].path = bad;
    EXPECT_FALSE(read_record(write_record(build.record))) << bad;
    build = sample();
    build.record.definition = bad;
    EXPECT_FALSE(read_record(write_record(build.record))) << bad;
  }
}

TEST(PublicUrl, ShowsNoSecretAndNoPlaceOfThisMachine) {
  EXPECT_EQ(public_url("https://user:pw@host.example/a/b?token=1"), "https://host.example/a/b");
  EXPECT_EQ(public_url("file:///home/someone/mirror"), std::nullopt);
  EXPECT_EQ(public_url("/home/someone"), std::nullopt);
  EXPECT_EQ(public_git_remote("git@git.example:team/catalog.git"),
            "git+ssh://git.example/team/catalog.git");
  EXPECT_EQ(public_git_remote("https://oauth2:token@git.example/c.git"),
            "git+https://git.example/c.git");
  EXPECT_EQ(public_git_remote("/srv/git/catalog.git"), std::nullopt);
  EXPECT_EQ(public_git_remote("../catalog:x"), std::nullopt);
  EXPECT_EQ(public_git_remote("file:///srv/git"), std::nullopt);
}

TEST(PublicUrl, ALockIsGivenAwayWithoutSecretsAndWithItsPlans) {
  plan::Lock lock = sample_lock();
  lock.plans[0].origins[0].urls = {"file:///home/u/a.deb", "http://u:pw@mirror.example/a.deb"};
  lock.plans[0].indexes[0].url = "file:///home/u/dists";
  lock.plans[0].rewrites = {{"http://dhi.io/", "file:///home/u"}};
  plan::Lock shown = public_lock(lock);
  std::string text = plan::write_lock(shown);
  EXPECT_THAT(text, ::testing::Not(HasSubstr("/home/u")));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("pw")));
  EXPECT_EQ(shown.plans[0].origins[0].urls,
            std::vector<std::string>{"http://mirror.example/a.deb"});
  EXPECT_EQ(plan::digest_of(value(plan::read_lock(text)).plans[0].plan),
            plan::digest_of(lock.plans[0].plan));
}

TEST(Dependencies, NameIndexesKeysPackagesAndLocalFiles) {
  std::vector<Resource> resources = dependencies_of(sample_lock().plans[0]);
  ASSERT_EQ(resources.size(), 5U);
  EXPECT_EQ(resources[1].uri, "openpgp4fpr:4CB50190207B4758A3F73A796ED0E7B82643E131");
  EXPECT_EQ(resources[2].uri,
            "pkg:deb/debian/libhello@1:2.10-3%2Bdeb13u1?arch=amd64&distro=debian-13");
  EXPECT_EQ(resources[2].digest.at("sha256"), sha256("libhello.deb").hex());
  EXPECT_EQ(resources[4].name, "files/motd");
}

}  // namespace
}  // namespace kiln::evidence

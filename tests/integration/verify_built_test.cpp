// SPDX-License-Identifier: Apache-2.0
//
// `kiln verify` on images that Kiln built and signed: everything agrees, and whatever is changed
// afterwards is found and named.
#include "base/strings.hpp"
#include "crypto/digest.hpp"
#include "debian.hpp"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>

namespace kiln::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class VerifyBuilt : public Debian {
 protected:
  void SetUp() override {
    Debian::SetUp();
    define("[hello]");
    Ended built = build();
    ASSERT_EQ(built.exit, 0) << built.errors;
  }

  Path layout() const { return place() / "out"; }
  Path blob(const std::string& digest) const {
    return layout() / "blobs" / "sha256" / digest.substr(7);
  }
  Json document(const Path& path) { return value(parse_json(value(read_file(path)))); }
  Json index() { return document(layout() / "index.json"); }

  // Changes the layout's index.json.
  void edit_index(const std::function<void(Json::Array&)>& edit) {
    Json json = index();
    edit(json["manifests"].as_array());
    EXPECT_OK(write_file(layout() / "index.json", canonical(json)));
  }

  // The manifest of the image of amd64.
  Json amd64() {
    Json listed = index();
    for (const Json& entry : listed["manifests"].as_array()) {
      if (value(entry.get_string("mediaType")) != "application/vnd.oci.image.index.v1+json")
        continue;
      Json image = document(blob(value(entry.get_string("digest"))));
      for (const Json& manifest : image["manifests"].as_array())
        if (value(manifest.get_string({"platform", "architecture"})) == "amd64")
          return document(blob(value(manifest.get_string("digest"))));
    }
    throw std::runtime_error("no image for amd64");
  }

  Ended verify(std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"verify", layout().string()};
    words.insert(words.end(), more.begin(), more.end());
    return kiln(words);
  }

  // The key, the trusted root and a policy that demands all there is.
  void write_policy(const std::string& lines = {}) {
    ASSERT_EQ(kiln({"key", "export", "-o", (place() / "release.pub").string()}).exit, 0);
    ASSERT_EQ(kiln({"key", "trusted-root", "-o", (place() / "root.json").string()}).exit, 0);
    ASSERT_OK(write_file(
        place() / "policy.yaml",
        "format: 1\nsigners: [{name: release, key: release.pub}]\ntrusted-root: root.json\n"
        "builders: [https://kiln.dev/builder/local]\n"
        "signatures: {index: required, platforms: required}\n"
        "statements: {image: [definition, lock, summary], platform: [provenance, spdx-2.3]}\n"
        "log: required\ntimestamp: required\nsbom: required\nprovenance: required\n"
        "freshness: {image: 1d, evidence: 1d}\n" +
            lines));
  }
  std::vector<std::string> by_policy() { return {"--policy", (place() / "policy.yaml").string()}; }
};

TEST_F(VerifyBuilt, AcceptsWhatThisMachineBuilt) {
  Ended run = verify();
  EXPECT_EQ(run.exit, 0) << run.output << run.errors;
  EXPECT_THAT(run.output, HasSubstr("says no more than that the image was made here"));
  EXPECT_THAT(run.output, HasSubstr("the same as in the image"));
  EXPECT_THAT(run.output, HasSubstr("of the lock with equal digests"));
}

TEST_F(VerifyBuilt, AcceptsItUnderAPolicyThatDemandsEverything) {
  write_policy();
  Ended run = verify(by_policy());
  EXPECT_EQ(run.exit, 0) << run.output << run.errors;
  Json json = parse(kiln(
      {"verify", layout().string(), "--json", "--policy", (place() / "policy.yaml").string()}));
  EXPECT_EQ(value(json.get_string("schema")), "kiln.verify/1");
  EXPECT_TRUE(value(json.get_bool("accepted")));
}

TEST_F(VerifyBuilt, RefusesAnotherBuilder) {
  write_policy();
  std::string text = value(read_file(place() / "policy.yaml"));
  size_t at = text.find("builder/local");
  text.replace(at, 13, "builder/hosted");
  ASSERT_OK(write_file(place() / "policy.yaml", text));
  Ended run = verify(by_policy());
  EXPECT_EQ(run.exit, 1);
  EXPECT_THAT(run.output, HasSubstr("https://kiln.dev/builder/local is none of "
                                    "https://kiln.dev/builder/hosted"));
}

TEST_F(VerifyBuilt, FindsAChangedLayer) {
  Path layer = blob(value(amd64()["layers"].as_array().at(0).get_string("digest")));
  std::string bytes = value(read_file(layer));
  bytes[bytes.size() / 2] ^= 1;
  std::filesystem::permissions(layer, std::filesystem::perms::owner_all);
  std::filesystem::remove(layer);
  ASSERT_OK(write_file(layer, bytes));
  Ended run = verify();
  EXPECT_EQ(run.exit, 1);
  EXPECT_THAT(run.output, HasSubstr("failed   contents"));
  EXPECT_THAT(run.output, HasSubstr("not compared, since the bytes of the image are not right"));
}

// A statement that is gone is missed by the policy, and by the summary that rests on it.
TEST_F(VerifyBuilt, FindsARemovedReferrer) {
  write_policy();
  edit_index([](Json::Array& entries) {
    std::erase_if(entries, [](const Json& entry) {
      auto type = entry.get_string({"annotations", "dev.sigstore.bundle.predicateType"});
      return type && *type == "https://spdx.dev/Document";
    });
  });
  Ended run = verify(by_policy());
  EXPECT_EQ(run.exit, 1);
  EXPECT_THAT(run.output, HasSubstr("no trusted signer says spdx-2.3 about it"));
  EXPECT_THAT(run.output, HasSubstr("it rests on statements that are not here: spdx-2.3"));
}

TEST_F(VerifyBuilt, FindsEvidenceThatIsListedAndGone) {
  std::string digest;
  edit_index([&](Json::Array& entries) {
    for (const Json& entry : entries)
      if (auto type = entry.get_string("artifactType");
          type && type->starts_with("application/vnd.dev.sigstore.bundle"))
        digest = value(entry.get_string("digest"));
  });
  Json manifest = document(blob(digest));
  std::filesystem::remove(blob(value(manifest["layers"].as_array().at(0).get_string("digest"))));
  Ended run = verify();
  EXPECT_EQ(run.exit, 1);
  EXPECT_THAT(run.output, HasSubstr("failed   evidence"));
}

TEST_F(VerifyBuilt, MissesEvidenceThatWasNeverMade) {
  ASSERT_EQ(build({"--no-evidence"}).exit, 0);
  Ended run = verify();
  EXPECT_EQ(run.exit, 1);
  EXPECT_THAT(run.output, HasSubstr("missing  signature"));
}

TEST_F(VerifyBuilt, TrustsNobodyElse) {
  Ended run = kiln({"verify", layout().string()},
                   {.environment = {"KILN_KEYS=" + (place() / "another ring").string()}});
  EXPECT_EQ(run.exit, 1);
  EXPECT_THAT(run.output, HasSubstr("say whom to trust with --key FILE or --policy FILE"));
}

TEST_F(VerifyBuilt, WorksFromAnArchiveAndFromABundleDirectory) {
  write_policy();
  std::string evidence = (place() / "evidence").string();
  std::vector<std::string> words = by_policy();
  words.insert(words.end(), {"--save-bundle", evidence});
  ASSERT_EQ(verify(words).exit, 0);
  ASSERT_EQ(build({"--no-evidence"}).exit, 0);
  EXPECT_EQ(verify(by_policy()).exit, 1);
  words = by_policy();
  words.insert(words.end(), {"--offline", "--bundle-dir", evidence});
  Ended run = verify(words);
  EXPECT_EQ(run.exit, 0) << run.output << run.errors;
}

TEST_F(VerifyBuilt, SaysWhatIsWrongWithTheQuestion) {
  EXPECT_EQ(kiln({"verify", (place() / "nothing").string()}).exit, 2);
  ASSERT_OK(write_file(place() / "policy.yaml", "format: 1\nsigers: []\n"));
  Ended run = verify(by_policy());
  EXPECT_EQ(run.exit, 2);
  EXPECT_THAT(run.errors, HasSubstr("did you mean \"signers\"?"));
  EXPECT_EQ(verify({"--identity", "somebody"}).exit, 2);
}

}  // namespace
}  // namespace kiln::testing

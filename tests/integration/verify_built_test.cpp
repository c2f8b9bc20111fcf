// SPDX-License-Identifier: Apache-2.0
//
// `kiln verify` on images that Kiln built and signed: everything agrees, and whatever is changed
// afterwards is found and named.
#include "base/strings.hpp"
#include "crypto/digest.hpp"
#include "debian.hpp"
#include "support/scratch_witness.hpp"

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

// The lock is evidence, too: without it provenance is compared with nothing.
TEST_F(VerifyBuilt, ABundleDirectoryHasTheLockOfAnImageWithNothingBesideIt) {
  write_policy();
  std::string evidence = (place() / "evidence").string();
  std::vector<std::string> words = by_policy();
  words.insert(words.end(), {"--save-bundle", evidence});
  ASSERT_EQ(verify(words).exit, 0);
  edit_index([](Json::Array& entries) {
    std::erase_if(entries, [](const Json& entry) {
      return value(entry.get_string("mediaType")) != "application/vnd.oci.image.index.v1+json";
    });
  });
  words = by_policy();
  words.insert(words.end(), {"--bundle-dir", evidence});
  Ended run = verify(words);
  EXPECT_EQ(run.exit, 0) << run.output << run.errors;
  EXPECT_THAT(run.output, HasSubstr("of the lock with equal digests"));
}

// Anyone who can write to a registry can put garbage there.
TEST_F(VerifyBuilt, TakesGarbageForNothing) {
  std::string type = "application/vnd.dev.sigstore.bundle.v0.3+json";
  auto add = [&](const std::string& bytes) {
    EXPECT_OK(write_file(blob(sha256(bytes).str()), bytes));
    return Json::object({{"digest", sha256(bytes).str()}, {"size", bytes.size()}});
  };
  std::string image;
  edit_index([&](Json::Array& entries) {
    for (const Json& entry : entries)
      if (value(entry.get_string("mediaType")) == "application/vnd.oci.image.index.v1+json") {
        Json layer = add("garbage");
        layer["mediaType"] = type;
        Json config = add("{}");
        config["mediaType"] = "application/vnd.oci.empty.v1+json";
        Json subject = Json::object({{"mediaType", *entry.find("mediaType")},
                                     {"digest", *entry.find("digest")},
                                     {"size", *entry.find("size")}});
        Json listed =
            add(canonical(Json::object({{"schemaVersion", 2},
                                        {"mediaType", "application/vnd.oci.image.manifest.v1+json"},
                                        {"artifactType", type},
                                        {"config", config},
                                        {"layers", Json::array({layer})},
                                        {"subject", subject}})));
        listed["mediaType"] = "application/vnd.oci.image.manifest.v1+json";
        listed["artifactType"] = type;
        entries.push_back(std::move(listed));
        return;
      }
  });
  Ended run = verify();
  EXPECT_EQ(run.exit, 0) << run.output << run.errors;
  EXPECT_THAT(run.output, HasSubstr("ignored: bundle in referrer sha256:"));
  run = kiln({"attest", layout().string(), "--list"});
  EXPECT_EQ(run.exit, 0) << run.errors;
  EXPECT_THAT(run.output, HasSubstr("https://spdx.dev/Document  bundle, key sha256:"));
}

TEST_F(VerifyBuilt, ListsStatementsOfEveryForm) {
  for (const std::string form : {"attestation-tag", "buildkit-attestations"}) {
    ASSERT_EQ(build({"--evidence-forms", form}).exit, 0);
    EXPECT_THAT(verify().output, Not(HasSubstr("(an index)")));
    Ended run = kiln({"attest", layout().string(), "--list"});
    EXPECT_EQ(run.exit, 0) << form << run.output << run.errors;
    run = kiln({"attest", layout().string(), "--get", "spdx-2.3"});
    EXPECT_EQ(run.exit, 0) << form << run.errors;
    EXPECT_THAT(run.output, HasSubstr("\"spdxVersion\":\"SPDX-2.3\""));
  }
  Ended run = kiln({"attest", layout().string(), "--get", "provenace"});
  EXPECT_EQ(run.exit, 2);
  EXPECT_THAT(run.errors, HasSubstr("did you mean \"provenance\"?"));
}

// As `kiln pull` writes two images of one tag into an archive.
TEST_F(VerifyBuilt, TellsImagesOfOneTagByTheirWholeNames) {
  define("[libhello]");
  ASSERT_EQ(kiln({"build", "hello.yaml", "-o", "other"}).exit, 0);
  Json others = document(place() / "other" / "index.json");
  std::filesystem::copy(
      place() / "other" / "blobs", layout() / "blobs",
      std::filesystem::copy_options::recursive | std::filesystem::copy_options::skip_existing);
  edit_index([&](Json::Array& entries) {
    for (const Json& entry : others["manifests"].as_array()) entries.push_back(entry);
    char name = 'a';
    for (Json& entry : entries)
      if (value(entry.get_string("mediaType")) == "application/vnd.oci.image.index.v1+json") {
        entry["annotations"]["org.opencontainers.image.ref.name"] = "1";
        entry["annotations"]["io.containerd.image.name"] =
            fmt::format("registry.example/team/{}:1", name++);
      }
  });
  std::string place = layout().string();
  std::string names = "registry.example/team/a:1, registry.example/team/b:1";
  for (const std::string& image : {std::string(), std::string("1")}) {
    Ended run = verify(image.empty() ? std::vector<std::string>{}
                                     : std::vector<std::string>{"--image", image});
    EXPECT_EQ(run.exit, 2);
    EXPECT_THAT(run.errors, HasSubstr("name one with --image: " + names));
  }
  Ended run = kiln({"inspect", place});
  EXPECT_THAT(run.errors, HasSubstr("name one with --image: " + names));
  for (const std::vector<std::string>& words : {std::vector<std::string>{"verify", place},
                                                {"inspect", place},
                                                {"sbom", place},
                                                {"explain", place, "libhello"},
                                                {"attest", place, "--list"},
                                                {"sign", place}}) {
    std::vector<std::string> all = words;
    all.insert(all.end(), {"--image", "registry.example/team/b:1"});
    run = kiln(all);
    EXPECT_EQ(run.exit, 0) << words[0] << run.output << run.errors;
  }
  run = kiln({"diff", place, place, "--image", "registry.example/team/a:1", "--image",
              "registry.example/team/b:1"});
  EXPECT_EQ(run.exit, 1) << run.errors;
  EXPECT_THAT(run.output, HasSubstr("hello"));
}

// A witness cosigns the log of the key ring after the build, and counts where the log is read.
TEST_F(VerifyBuilt, CountsWitnessesOfTheLog) {
  ScratchWitness witness("witness.example/w1");
  Path logs = place() / "data" / "kiln" / "signer" / "logs";
  ASSERT_TRUE(std::filesystem::is_directory(logs)) << logs;
  Path log;
  for (const auto& entry : std::filesystem::directory_iterator(logs))
    if (value(read_file(entry.path() / "log.json")).find("rekor") == std::string::npos)
      log = entry.path();
  Path before = place() / "before";
  std::filesystem::copy(log / "tree", before, std::filesystem::copy_options::recursive);
  write_policy(fmt::format(
      "witnesses: {{quorum: 1, keys: [{{key: \"{}\", operator: Somebody}}]}}\n", witness.vkey()));
  auto verify_with_log = [&](const Path& tree) {
    std::vector<std::string> words = by_policy();
    words.insert(words.end(), {"--log", tree.string()});
    return verify(words);
  };
  Ended run = verify_with_log(log);
  EXPECT_EQ(run.exit, 1);
  EXPECT_THAT(run.output, HasSubstr("not seen by 1 independent witness"));

  Json shown = parse(kiln({"log", "show", log.string(), "--json"}));
  ASSERT_OK(write_file(place() / "witnesses",
                       fmt::format("log {}\n{}quorum witness.example/w1\n",
                                   value(shown.get_string("key")), witness.policy_line())));
  run = kiln({"log", "witness", log.string(), "--policy", (place() / "witnesses").string()});
  ASSERT_EQ(run.exit, 0) << run.output << run.errors;
  run = verify_with_log(log);
  EXPECT_EQ(run.exit, 0) << run.output << run.errors;
  EXPECT_THAT(run.output, HasSubstr("cosigned by witnesses of Somebody"));
  EXPECT_THAT(verify(by_policy()).output, HasSubstr("name the publisher's log with --log"));

  // What the log was before the witness saw it.
  EXPECT_EQ(verify_with_log(before).exit, 1);
}

TEST_F(VerifyBuilt, SaysWhatIsWrongWithTheQuestion) {
  EXPECT_EQ(kiln({"verify", (place() / "nothing").string()}).exit, 2);
  ASSERT_OK(write_file(place() / "policy.yaml", "format: 1\nsigers: []\n"));
  Ended run = verify(by_policy());
  EXPECT_EQ(run.exit, 2);
  EXPECT_THAT(run.errors, HasSubstr("did you mean \"signers\"?"));
  EXPECT_EQ(verify({"--identity", "somebody"}).exit, 2);
  run = verify({"--policy", "policy.yaml", "--certificate", "authority.pem"});
  EXPECT_EQ(run.exit, 2);
  EXPECT_THAT(run.errors, HasSubstr("--certificate does not go with --policy"));
}

}  // namespace
}  // namespace kiln::testing

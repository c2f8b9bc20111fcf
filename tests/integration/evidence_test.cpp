// SPDX-License-Identifier: Apache-2.0
//
// The evidence that a build makes, the process that signs it, and what users say themselves.
#include "base/strings.hpp"
#include "debian.hpp"
#include "support/background_process.hpp"
#include "support/tools.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kiln::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class EvidenceOfBuilds : public Debian {
 protected:
  Path keys() { return place() / "data/kiln/signer"; }

  // Everything that lies in a layout but layers, as one text, with payloads of envelopes decoded.
  std::string documents(const std::string& layout) {
    std::string all;
    for (const std::string& name : value(list_directory(place() / layout / "blobs/sha256"))) {
      std::string text = value(read_file(place() / layout / "blobs/sha256" / name));
      Result<Json> json = parse_json(text);
      if (!json) continue;
      all += text + "\n";
      if (auto payload = json->get_string({"dsseEnvelope", "payload"}))
        all += value(from_base64(*payload)) + "\n";
    }
    return all;
  }
  std::vector<std::string> types(const std::string& layout) {
    std::vector<std::string> list;
    Json json = parse(kiln({"attest", layout, "--list", "--json"}));
    for (const Json& each : *value(json.get_array("statements")))
      list.push_back(value(each.get_string("predicate_type")));
    return list;
  }
};

TEST_F(EvidenceOfBuilds, LiesBesideTheImageAndIsAccepted) {
  Json built = parse(build({"--json"}));
  const Json& image = value(built.get_array("images"))->front();
  EXPECT_EQ(value(image.get_strings({"evidence", "statements"})),
            (std::vector<std::string>{"signature", "provenance", "spdx-2.3", "cyclonedx-1.6",
                                      "definition", "lock", "summary"}));
  EXPECT_EQ(value(image.get_string({"evidence", "builder"})), "https://kiln.dev/builder/local");
  EXPECT_LE(value(image.get_int({"evidence", "objects"})), 20);
  Ended verified = kiln({"verify", "out"});
  EXPECT_EQ(verified.exit, 0) << verified.output << verified.errors;
  EXPECT_THAT(verified.output, HasSubstr("passed   provenance"));
  EXPECT_THAT(verified.output, HasSubstr("SLSA_BUILD_LEVEL_1"));
}

TEST_F(EvidenceOfBuilds, ChangesNoDigestOfTheImage) {
  EXPECT_EQ(digest(), digest({"--no-evidence"}));
  EXPECT_EQ(digest({"--evidence-forms", "bundle"}), digest());
  ASSERT_EQ(build({"--no-evidence"}).exit, 0);
  EXPECT_EQ(kiln({"attest", "out", "--list"}).exit, 1);
}

// All forms, all documents, and a changelog: what an image of one platform adds to a registry, with
// the lock. A further platform adds its own part alone.
TEST_F(EvidenceOfBuilds, EveryFormTogetherStaysWithinTwentyObjects) {
  configure("evidence: {documents: [spdx-2.3, spdx-3.0.1, cyclonedx-1.6, cyclonedx-1.7]}\n");
  ASSERT_EQ(build().exit, 0);
  packages()[2].version = "2.10-4";
  publish();
  Json built = parse(kiln({"build", "hello.yaml", "-o", "second", "--previous", "out", "--json",
                           "--evidence-forms",
                           "bundle,rekor-v1-bundle,simple-referrer,simple-tag,attestation-tag,"
                           "notary,buildkit-attestations"}));
  const Json& evidence = *value(built.get_array("images"))->front().find("evidence");
  EXPECT_THAT(value(evidence.get_strings("statements")), Contains("changelog"));
  EXPECT_EQ(value(evidence.get_int("objects")), 20);
  EXPECT_EQ(value(evidence.get_int({"objects_about", "linux/amd64"})), 10);
  EXPECT_EQ(value(evidence.get_int({"objects_about", "image"})), 10);
  Json listed = value(parse_json(value(read_file(place() / "second/index.json"))));
  // And the image, and five objects more: a layout keeps the signatures of both indexes.
  EXPECT_EQ(value(listed.get_array("manifests"))->size(), 20U + 1U + 5U);
  EXPECT_EQ(kiln({"verify", "second"}).exit, 0);
}

TEST_F(EvidenceOfBuilds, HoldsNoSecretAndNothingOfTheMachine) {
  std::string mirror = server().url("/debian");
  mirror.insert(std::string("http://").size(), "someone:secret-word@");
  value(
      write_file(place() / "kiln.yaml",
                 fmt::format("mirrors: [\"{}\"]\nsecurity-mirrors: [{}]\nkeyrings: [{}]\n", mirror,
                             server().url("/debian-security"), (place() / "key.asc").string())));
  ASSERT_EQ(build({}, {.environment = {"SECRET_TOKEN=do-not-publish-me", "USER=builder-name",
                                       "LOGNAME=builder-name"}})
                .exit,
            0);
  std::string all = documents("out");
  for (const std::string& secret : {place().string(), std::string("secret-word"),
                                    std::string("do-not-publish-me"), std::string("builder-name")})
    EXPECT_FALSE(all.contains(secret)) << secret;
  EXPECT_TRUE(all.contains("resolvedDependencies"));
}

TEST_F(EvidenceOfBuilds, NamesTheCommitOfTheDefinition) {
  NEED_TOOL("git");
  std::string git = fmt::format(
      "cd {} && git init -q . && git add hello.yaml && git -c user.name=a -c user.email=a@b commit "
      "-qm one && git remote add origin https://me:token@git.example/catalog.git",
      place().string());
  ASSERT_EQ(run_tool({"sh", "-c", git}).exit_code, 0);
  ASSERT_EQ(build().exit, 0);
  Json clean = parse(kiln({"attest", "out", "--get", "https://slsa.dev/provenance/v1", "--json"}));
  const Json& predicate = value(clean.get_array("statements"))->front();
  MemberPath source = {"predicate", "buildDefinition", "externalParameters", "definition",
                       "source"};
  const Json* found = predicate.find(source);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(value(found->get_string("uri")), "git+https://git.example/catalog.git");
  EXPECT_EQ(value(found->get_string("path")), "hello.yaml");
  EXPECT_FALSE(value(found->get_bool("modified")));
  define("[hello, libhello]");
  ASSERT_EQ(build().exit, 0);
  EXPECT_TRUE(documents("out").contains(R"("modified":true)"));
}

TEST_F(EvidenceOfBuilds, TellsWhatChangedSinceThePreviousImage) {
  ASSERT_EQ(build().exit, 0);
  EXPECT_THAT(types("out"), Not(Contains("https://kiln.dev/predicate/changelog/v1")));
  packages()[2].version = "2.10-4";
  publish();
  Ended second = build();
  EXPECT_THAT(second.output, HasSubstr("changelog   since sha256:")) << second.errors;
  Ended shown = kiln({"attest", "out", "--get", "https://kiln.dev/predicate/changelog/v1"});
  EXPECT_THAT(shown.output, HasSubstr("2.10-4"));
  EXPECT_THAT(build().output, HasSubstr("this very image"));
  EXPECT_EQ(build({"--previous", "nowhere"}).exit, 2);
}

TEST_F(EvidenceOfBuilds, ComparesWithNoImageOfAnotherNameUnlessToldTo) {
  ASSERT_EQ(build().exit, 0);
  std::string definition = value(read_file(place() / "hello.yaml"));
  definition.replace(definition.find("example/hello"), 13, "example/other");
  value(write_file(place() / "hello.yaml", definition));
  std::filesystem::copy(place() / "out", place() / "old", std::filesystem::copy_options::recursive);
  EXPECT_THAT(build().output, HasSubstr("changelog   none: what the output held is example/hello"));
  EXPECT_THAT(build({"--previous", "old"}).output, HasSubstr("changelog   since sha256:"));
}

TEST_F(EvidenceOfBuilds, EveryReleaseIsInTheLog) {
  ASSERT_EQ(build().exit, 0);
  std::filesystem::copy(place() / "out", place() / "old", std::filesystem::copy_options::recursive);
  packages()[2].version = "2.10-4";
  publish();
  ASSERT_EQ(build().exit, 0);
  Path log;
  for (const std::string& name : value(list_directory(keys() / "logs")))
    if (kiln({"log", "show", (keys() / "logs" / name).string()}).output.contains("release of "))
      log = keys() / "logs" / name;
  ASSERT_FALSE(log.empty()) << "no log has a release";
  EXPECT_EQ(kiln({"verify", "out", "--log", log.string()}).exit, 0);
  Ended old = kiln({"verify", "old", "--log", log.string()});
  EXPECT_EQ(old.exit, 1) << old.output;
  EXPECT_THAT(old.output, HasSubstr("replay"));
}

TEST_F(EvidenceOfBuilds, WithoutAUsableKeyThereIsNoImageWithoutEvidence) {
  ASSERT_EQ(build().exit, 0);
  value(remove_tree(place() / "out"));
  value(remove_tree(store() / "records/evidence"));
  std::filesystem::permissions(keys(), std::filesystem::perms(0755));
  Ended readable = build();
  EXPECT_EQ(readable.exit, 2) << readable.errors;
  EXPECT_FALSE(is_there(place() / "out"));
  std::filesystem::permissions(keys(), std::filesystem::perms(0700));
  for (const std::string& name : value(list_directory(keys() / "keys")))
    value(write_file(keys() / "keys" / name, "no key", 0600));
  Ended damaged = build();
  EXPECT_NE(damaged.exit, 0);
  EXPECT_THAT(damaged.errors, HasSubstr("signer"));
  EXPECT_FALSE(is_there(place() / "out"));
  EXPECT_EQ(build({"--no-evidence"}).exit, 0);
}

// What a second build of the same image says of its evidence, as JSON.
class UnchangedBuild : public EvidenceOfBuilds {
 protected:
  Json evidence_of(const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"--json"};
    words.insert(words.end(), more.begin(), more.end());
    Json built = parse(build(words));
    return *value(built.get_array("images"))->front().find("evidence");
  }
  bool taken_again(const std::vector<std::string>& more = {}) {
    return evidence_of(more).find("made_before") != nullptr;
  }
  void start_over() { value(remove_tree(place() / "out")); }
};

TEST_F(UnchangedBuild, TakesTheEvidenceThatItsImageHas) {
  ASSERT_EQ(build().exit, 0);
  std::filesystem::rename(place() / "out", place() / "first");
  Json evidence = evidence_of();
  EXPECT_NE(evidence.find("made_before"), nullptr);
  EXPECT_EQ(value(read_file(place() / "out/index.json")),
            value(read_file(place() / "first/index.json")));
  EXPECT_EQ(kiln({"verify", "out"}).exit, 0);
  start_over();
  EXPECT_THAT(build().output, HasSubstr("by an earlier build of this very image"));
}

TEST_F(UnchangedBuild, IsSignedAnewWhenAnythingThatItIsAboutIsAnother) {
  ASSERT_EQ(build().exit, 0);
  start_over();
  EXPECT_FALSE(taken_again({"--evidence-forms", "bundle"}));
  start_over();
  EXPECT_FALSE(taken_again({"--pins", "same-upstream"}));
  start_over();
  configure("evidence: {documents: [spdx-3.0.1]}\n");
  EXPECT_FALSE(taken_again());
}

TEST_F(UnchangedBuild, IsSignedAnewByAnotherKey) {
  ASSERT_EQ(build().exit, 0);
  std::string before = value(evidence_of().get_string("key"));
  start_over();
  ASSERT_EQ(kiln({"key", "rotate", "artifact", "--no-password"}).exit, 0);
  EXPECT_NE(value(evidence_of().get_string("key")), before);
}

// Else a verifier that follows the log would take the image for a replayed one.
TEST_F(UnchangedBuild, IsSignedAnewAfterItsNameStoodForAnotherImage) {
  ASSERT_EQ(build().exit, 0);
  define("[libhello]");
  ASSERT_EQ(build({"--store", (place() / "other-store").string()}).exit, 0);
  define("[hello]");
  start_over();
  EXPECT_FALSE(taken_again());
  start_over();
  EXPECT_TRUE(taken_again());
}

TEST_F(UnchangedBuild, IsSignedAnewWhenItsEvidenceWasDamagedOrPruned) {
  ASSERT_EQ(build().exit, 0);
  std::string index = value(read_file(place() / "out/index.json"));
  Json listed = value(parse_json(index));
  std::string digest =
      value(value(listed.get_array("manifests"))->back().get_string("digest")).substr(7);
  Path blob = place() / "out/blobs/sha256" / digest;
  std::filesystem::permissions(blob, std::filesystem::perms(0644));
  ASSERT_EQ(run_tool({"sh", "-c", "printf x >> " + blob.string()}).exit_code, 0);
  start_over();
  EXPECT_FALSE(taken_again());
  EXPECT_EQ(kiln({"verify", "out"}).exit, 0);
  start_over();
  ASSERT_EQ(kiln({"store", "prune", "--max-size", "0"}).exit, 0);
  EXPECT_FALSE(taken_again());
}

TEST_F(EvidenceOfBuilds, SaysWhatTheKeyRingLacksForProofs) {
  ASSERT_EQ(kiln({"key", "generate", "--role", "artifact", "--no-password"}).exit, 0);
  Ended unlogged = build();
  EXPECT_EQ(unlogged.exit, 0) << unlogged.errors;
  EXPECT_THAT(unlogged.output, HasSubstr("warning     the signer has no key for a log"));
  EXPECT_THAT(unlogged.output, HasSubstr("warning     the signer has no key for time stamps"));
  ASSERT_EQ(kiln({"key", "generate", "--role", "log", "--role", "timestamp", "--no-password"}).exit,
            0);
  EXPECT_THAT(build().output, Not(HasSubstr("warning     the signer")));
}

TEST_F(EvidenceOfBuilds, AReleaseIsLoggedWhateverItsForms) {
  Ended built = build({"--evidence-forms", "simple-tag"});
  EXPECT_THAT(built.output, HasSubstr("kiln.internal, entries "));
}

TEST_F(EvidenceOfBuilds, AnEncryptedKeySignsWithThePasswordOfTheEnvironmentOrAFile) {
  RunOptions password = {.environment = {"KILN_KEY_PASSWORD=open sesame"}};
  ASSERT_EQ(kiln({"key", "generate", "--host", "log.example"}, password).exit, 0);
  Ended closed = build();
  EXPECT_EQ(closed.exit, 2);
  EXPECT_THAT(closed.errors, HasSubstr("the password of the artifact key is needed"));
  EXPECT_EQ(build({}, password).exit, 0);
  value(write_file(place() / "password", "open sesame\n", 0600));
  BackgroundProcess signer(
      {"env", "KILN_KEYS=" + keys().string(), KILN_PROGRAM, "signer", "--listen",
       (place() / "signer.sock").string(), "--password-file", (place() / "password").string()},
      place() / "signer.log");
  for (int i = 0; i < 500 && !is_there(place() / "signer.sock"); ++i) ::usleep(10'000);
  configure("signer: " + (place() / "signer.sock").string() + "\n");
  Ended served = build();
  EXPECT_EQ(served.exit, 0) << served.errors << signer.log();
}

class RunningSigner : public EvidenceOfBuilds {
 protected:
  void start(std::vector<std::string> before = {}, std::vector<std::string> more = {}) {
    std::vector<std::string> words = std::move(before);
    std::vector<std::string> own = {"env",        "KILN_STORE=" + store().string(),
                                    KILN_PROGRAM, "signer",
                                    "--listen",   (place() / "signer.sock").string(),
                                    "--keys",     (place() / "signer-keys").string()};
    words.insert(words.end(), own.begin(), own.end());
    words.insert(words.end(), more.begin(), more.end());
    signer_ = std::make_unique<BackgroundProcess>(words, place() / "signer.log");
    for (int i = 0; i < 500 && !is_there(place() / "signer.sock"); ++i) ::usleep(10'000);
    configure("signer: " + (place() / "signer.sock").string() + "\n");
  }
  std::unique_ptr<BackgroundProcess> signer_;
};

TEST_F(RunningSigner, SignsWithKeysThatTheBuildCannotReach) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can start a signer as another user";
  NEED_TOOL("setpriv");
  std::filesystem::permissions(place(), std::filesystem::perms(0777));
  start({"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"}, {"--allow-user", "0"});
  Ended run = build();
  EXPECT_EQ(run.exit, 0) << run.errors << signer_->log();
  EXPECT_FALSE(is_there(keys()));
  struct stat info = {};
  ASSERT_EQ(::stat((place() / "signer-keys/keyring.json").c_str(), &info), 0);
  EXPECT_EQ(info.st_uid, 65534U);
}

TEST_F(RunningSigner, RefusesAUserThatItWasNotTold) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can start a signer as another user";
  NEED_TOOL("setpriv");
  std::filesystem::permissions(place(), std::filesystem::perms(0777));
  start({"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"});
  Ended run = build();
  EXPECT_EQ(run.exit, 3) << run.output;
  EXPECT_THAT(run.errors, HasSubstr("does not take records from user 0"));
  EXPECT_FALSE(is_there(place() / "out"));
}

TEST_F(RunningSigner, ThatWasKilledEndsBuildsCleanly) {
  start();
  ASSERT_EQ(build().exit, 0);
  value(remove_tree(place() / "out"));
  signer_.reset();
  Ended run = build();
  EXPECT_EQ(run.exit, 4);
  EXPECT_THAT(run.errors, HasSubstr("no signer answers at"));
  EXPECT_FALSE(is_there(place() / "out"));
  expect_store_whole();
}

class OwnStatements : public EvidenceOfBuilds {};

TEST_F(OwnStatements, AreAttachedListedAndShown) {
  std::string image = digest();
  ASSERT_EQ(build().exit, 0);
  value(write_file(place() / "result.json", R"({"result": "PASSED"})"));
  std::string type = "https://in-toto.io/attestation/test-result/v0.1";
  ASSERT_EQ(kiln({"attest", "out", "--predicate", "result.json", "--type", type}).exit, 0);
  EXPECT_THAT(types("out"), Contains(type));
  EXPECT_THAT(types("out"), Contains("https://slsa.dev/provenance/v1"));
  EXPECT_EQ(kiln({"attest", "out", "--get", type}).output, "{\"result\":\"PASSED\"}\n");
  EXPECT_EQ(kiln({"attest", "out", "--get", "https://example.org/none"}).exit, 1);
  EXPECT_EQ(kiln({"attest", "out", "--predicate", "result.json", "--type", "word"}).exit, 2);
  EXPECT_EQ(kiln({"attest", "out"}).exit, 2);
  EXPECT_EQ(value(parse(kiln({"inspect", "out", "--json"})).get_string("schema")),
            "kiln.inspect/1");
  EXPECT_EQ(kiln({"verify", "out"}).exit, 0);
}

// As slsa-verifier takes it from a file, though it lies in a bundle and under a tag.
TEST_F(OwnStatements, AnEnvelopeOfSeveralFormsIsShownOnce) {
  ASSERT_EQ(build({"--evidence-forms", "bundle,attestation-tag"}).exit, 0);
  Ended shown = kiln({"attest", "out", "--get", "summary", "--envelope"});
  ASSERT_EQ(shown.exit, 0) << shown.errors;
  EXPECT_EQ(std::ranges::count(shown.output, '\n'), 1) << shown.output;
  EXPECT_EQ(value(parse(shown).get_string("payloadType")), "application/vnd.in-toto+json");
}

TEST_F(OwnStatements, AnImageWithoutEvidenceIsSigned) {
  ASSERT_EQ(build({"--no-evidence"}).exit, 0);
  Ended run = kiln({"sign", "out", "--name", "registry.example/hello"});
  EXPECT_EQ(run.exit, 0) << run.errors;
  EXPECT_THAT(run.errors, HasSubstr("signed with an untrusted key of this machine"));
  EXPECT_THAT(types("out"), Contains("https://sigstore.dev/cosign/sign/v1"));
  EXPECT_EQ(kiln({"sign", "out/index.json"}).exit, 2);
}

TEST_F(OwnStatements, AreSignedWithTheKeyThatIsNamed) {
  ASSERT_EQ(build({"--no-evidence"}).exit, 0);
  ASSERT_EQ(kiln({"key", "generate", "--no-password", "--output", "named"}).exit, 0);
  Ended run = kiln({"sign", "out", "--key", "named.key"});
  ASSERT_EQ(run.exit, 0) << run.errors;
  EXPECT_THAT(run.errors, Not(HasSubstr("untrusted"))) << "the user knows whose key that is";
  EXPECT_EQ(kiln({"verify", "out", "--key", "named.pub"}).exit, 0);
  EXPECT_EQ(kiln({"verify", "out"}).exit, 1) << "the ring's own key has signed nothing";
  EXPECT_EQ(kiln({"sign", "out", "--key", "nowhere.key"}).exit, 2);
}

// On a token, whose secret never comes to the program.
TEST_F(OwnStatements, AreSignedWithAKeyOnAToken) {
  const std::string module = "/usr/lib/softhsm/libsofthsm2.so";
  NEED_TOOL("softhsm2-util");
  NEED_TOOL("pkcs11-tool");
  value(make_directories(place() / "tokens"));
  value(write_file(place() / "softhsm2.conf",
                   "directories.tokendir = " + (place() / "tokens").string() + "\n"));
  std::vector<std::string> token = {"SOFTHSM2_CONF=" + (place() / "softhsm2.conf").string()};
  ASSERT_EQ(run_tool({"softhsm2-util", "--init-token", "--free", "--label", "mine", "--so-pin",
                      "8765", "--pin", "1234"},
                     token)
                .exit_code,
            0);
  std::vector<std::string> tool = {"pkcs11-tool", "--module", module,  "--token-label",
                                   "mine",        "--login",  "--pin", "1234"};
  std::vector<std::string> make = tool;
  make.insert(make.end(), {"--keypairgen", "--key-type", "EC:prime256v1", "--label", "release"});
  ASSERT_EQ(run_tool(make, token).exit_code, 0);
  std::vector<std::string> read = tool;
  read.insert(read.end(), {"--read-object", "--type", "pubkey", "--label", "release", "-o",
                           (place() / "token.der").string()});
  ASSERT_EQ(run_tool(read, token).exit_code, 0);
  ASSERT_EQ(run_tool({"openssl", "pkey", "-pubin", "-inform", "DER", "-in",
                      (place() / "token.der").string(), "-out", (place() / "token.pub").string()})
                .exit_code,
            0);
  ASSERT_EQ(build({"--no-evidence"}).exit, 0);
  std::string uri = "pkcs11:token=mine;object=release?pin-value=1234&module-path=" + module;
  Ended run = kiln({"sign", "out", "--key", uri}, {.environment = token});
  ASSERT_EQ(run.exit, 0) << run.errors;
  Ended verified = kiln({"verify", "out", "--key", "token.pub"});
  EXPECT_EQ(verified.exit, 0) << verified.output << verified.errors;
}

TEST_F(OwnStatements, ARebuildIsAttested) {
  ASSERT_EQ(build().exit, 0);
  Ended run = kiln({"rebuild", "out", "--verify", "--attest"});
  ASSERT_EQ(run.exit, 0) << run.errors;
  Ended shown = kiln({"attest", "out", "--get", "https://kiln.dev/predicate/rebuild/v1"});
  EXPECT_THAT(shown.output, HasSubstr(R"("result":"MATCH")"));
  EXPECT_TRUE(documents("out").contains("https://kiln.dev/builder/local-rebuild"));
  EXPECT_EQ(kiln({"verify", "out"}).exit, 0);
}

}  // namespace
}  // namespace kiln::testing

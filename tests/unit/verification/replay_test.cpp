// SPDX-License-Identifier: Apache-2.0
//
// What the published log tells beyond the proofs in bundles.
#include "evidence/tlog/cosignature.hpp"
#include "evidence/tlog/event.hpp"
#include "evidence/tlog/tile_source.hpp"
#include "signed_image.hpp"
#include "support/result_matchers.hpp"

#include <gmock/gmock.h>

namespace kiln::verification::tests {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing::value;

constexpr const char* k_name = "example.org/hello:1";

class PublishedLog : public ::testing::Test {
 protected:
  PublishedLog() { image.sign(std::vector{signing::Form::bundle}); }

  void record(const tlog::Event& event) {
    value(image.installation.log->append(std::vector{tlog::write_event(event)}));
  }

  void release(const Digest& index, const std::string& name = k_name) {
    record(tlog::ImageRelease{name, index, {}, {}, std::nullopt, k_start + 2000});
  }

  Answer verify(const Path& log_tree) {
    std::unique_ptr<tlog::TileSource> log = tlog::directory_tiles(log_tree);
    return image.verify(image.policy(), {.logs = {log.get()}});
  }
  Answer verify() { return verify(image.installation.log_tree()); }
  // As it is asked for in a registry.
  Answer verify_called(const std::string& name) {
    std::unique_ptr<tlog::TileSource> log = tlog::directory_tiles(image.installation.log_tree());
    return image.verify(image.policy(), {.logs = {log.get()}, .name = name});
  }

  // With another log that the same key signs: what a dishonest operator would show.
  Answer verify_with_log_of(const std::vector<std::string>& entries) {
    TemporaryDirectory directory = value(TemporaryDirectory::create());
    Path place = directory.path() / "log";
    PrivateKey& key = image.installation.log_key;
    value(tlog::Log::create({.directory = place}, image.installation.log->settings(), key));
    tlog::Log other = value(tlog::Log::open({.directory = place}, key));
    value(other.append(entries));
    return verify(tlog::tree_of(place));
  }

  SignedImage image;
};

TEST_F(PublishedLog, AcceptsTheNewestImageOfAName) {
  release(sha256("older"));
  release(image.image.index.digest);
  Answer answer = verify();
  EXPECT_TRUE(answer.verdict.accepted()) << text(answer.verdict);
  EXPECT_THAT(lines(answer.verdict, Outcome::passed),
              Contains("replay example.org/hello:1: the log has no newer image of that name"));
}

TEST_F(PublishedLog, RefusesAnOlderImageOfAName) {
  release(image.image.index.digest);
  release(sha256("newer"));
  Answer answer = verify();
  expect_refused("older image with good evidence", answer.verdict);
  EXPECT_THAT(complaints(answer.verdict),
              ElementsAre("failed replay example.org/hello:1: the log has a newer image of that "
                          "name: " +
                          sha256("newer").str() + " of 2026-05-28T21:00:00Z"));
}

TEST_F(PublishedLog, AcceptsAnImageThatIsBack) {
  release(image.image.index.digest);
  release(sha256("bad"));
  release(image.image.index.digest);
  EXPECT_TRUE(verify().verdict.accepted());
}

TEST_F(PublishedLog, JudgesByTheNameThatWasAskedFor) {
  release(image.image.index.digest, "example.org/hello:1");
  release(image.image.index.digest, "example.org/hello:1.0");
  release(sha256("newer"), "example.org/hello:1");
  EXPECT_TRUE(verify_called("example.org/hello:1.0").verdict.accepted());
  EXPECT_TRUE(verify_called("mirror.example:5000/hello:1.0").verdict.accepted());
  EXPECT_THAT(complaints(verify_called("mirror.example:5000/hello:1").verdict),
              ElementsAre(StartsWith("failed replay example.org/hello:1: the log has a newer")));
  // Without a name nobody knows which one was meant.
  EXPECT_THAT(
      complaints(verify().verdict),
      ElementsAre(HasSubstr("it still is the newest of example.org/hello:1.0, if that is")));
}

TEST_F(PublishedLog, RefusesAnImageUnderTheNameOfAnother) {
  release(image.image.index.digest, "example.org/tool:1");
  release(sha256("app"), "example.org/app:1");
  EXPECT_TRUE(verify_called("example.org/tool:1").verdict.accepted());
  for (std::string host : {"example.org", "mirror.example:5000"})
    EXPECT_THAT(complaints(verify_called(host + "/app:1").verdict),
                ElementsAre(StartsWith("failed replay example.org/app:1: the log has another "
                                       "image of that name: ")));
}

TEST_F(PublishedLog, JudgesBySomeNameWhereTheLogHasNotTheOneAskedFor) {
  release(image.image.index.digest, "example.org/tool:1");
  Answer answer = verify_called("mirror.example/copies/tool:1");
  EXPECT_TRUE(answer.verdict.accepted()) << text(answer.verdict);
  EXPECT_THAT(lines(answer.verdict, Outcome::skipped),
              Contains(StartsWith("replay mirror.example/copies/tool:1: the log has no release")));
  release(sha256("newer"), "example.org/tool:1");
  EXPECT_FALSE(verify_called("mirror.example/copies/tool:1").verdict.accepted());
}

TEST_F(PublishedLog, OneOfTwoHostsIsNotTakenForTheOther) {
  release(image.image.index.digest, "stage.example/app:1");
  release(sha256("other"), "example.org/app:1");
  EXPECT_TRUE(verify_called("stage.example/app:1").verdict.accepted());
  EXPECT_FALSE(verify_called("example.org/app:1").verdict.accepted());
}

TEST_F(PublishedLog, KnowsAPlatformOfARelease) {
  record(tlog::ImageRelease{k_name,
                            sha256("an index"),
                            {{"linux/amd64", image.image.index.digest}},
                            {},
                            std::nullopt,
                            k_start + 2000});
  EXPECT_TRUE(verify_called("example.org/hello:1").verdict.accepted());
  release(sha256("newer"));
  EXPECT_FALSE(verify_called("example.org/hello:1").verdict.accepted());
}

// The log ended when another one of the same operator began.
class RotatedLog : public PublishedLog {
 protected:
  static constexpr UnixTime k_rotation = k_start + 4000;

  RotatedLog() {
    release(image.image.index.digest);
    tlog::LogSettings settings = value(tlog::LogSettings::tiles("log2.example", key.public_key()));
    value(tlog::Log::create({.directory = place}, settings, key));
    next.emplace(value(tlog::Log::open({.directory = place}, key)));
    value(next->append(std::vector<std::string>{"an entry"}));
    signing::TrustedRoot& root = image.installation.root;
    for (signing::TrustedLog& log : root.logs) log.validity.until = k_rotation;
    root.logs.push_back({"https://log2.example",
                         key.public_key(),
                         signing::log_id("log2.example", key.public_key()),
                         {k_rotation, std::nullopt}});
  }

  Answer verify_with(const std::vector<Path>& trees) {
    std::vector<std::unique_ptr<tlog::TileSource>> logs;
    Circumstances circumstances;
    for (const Path& tree : trees) {
      logs.push_back(tlog::directory_tiles(tree));
      circumstances.logs.push_back(logs.back().get());
    }
    return image.verify(image.policy(), circumstances);
  }
  Path old_tree() const { return image.installation.log_tree(); }
  Path new_tree() const { return tlog::tree_of(place); }

  TemporaryDirectory directory = value(TemporaryDirectory::create());
  Path place = directory.path() / "log";
  PrivateKey key = PrivateKey::generate(KeyAlgorithm::ed25519);
  std::optional<tlog::Log> next;
};

TEST_F(RotatedLog, TheNewOneAloneDoesNotSpeakForTheOldOne) {
  Answer answer = verify_with({new_tree()});
  EXPECT_THAT(complaints(answer.verdict),
              ElementsAre(StartsWith("missing log log.example: evidence was proven in this log")));
  EXPECT_THAT(lines(answer.verdict, Outcome::skipped),
              Contains("log log2.example: 1 entries, in which nothing of the evidence was proven"));
}

TEST_F(RotatedLog, TheOldOneAloneDoesNotTellWhatCameAfter) {
  EXPECT_THAT(complaints(verify_with({old_tree()}).verdict),
              ElementsAre("missing log log2.example: log.example ended at 2026-05-28T21:33:20Z and "
                          "goes on in this log, which was not read"));
}

TEST_F(RotatedLog, BothTellAllInAnyOrder) {
  EXPECT_TRUE(verify_with({old_tree(), new_tree()}).verdict.accepted());
  EXPECT_TRUE(verify_with({new_tree(), old_tree()}).verdict.accepted());
  value(next->append(std::vector{tlog::write_event(
      tlog::ImageRelease{k_name, sha256("newer"), {}, {}, std::nullopt, k_start + 5000})}));
  EXPECT_THAT(complaints(verify_with({new_tree(), old_tree()}).verdict),
              ElementsAre(StartsWith("failed replay example.org/hello:1: the log has a newer")));
}

TEST_F(RotatedLog, WhatALaterLogMissedIsStillNewer) {
  release(sha256("newer"));
  value(next->append(std::vector{tlog::write_event(tlog::ImageRelease{
      k_name, image.image.index.digest, {}, {}, std::nullopt, k_start + 1000})}));
  EXPECT_THAT(complaints(verify_with({old_tree(), new_tree()}).verdict),
              ElementsAre(StartsWith("failed replay example.org/hello:1: the log has a newer")));
}

TEST_F(RotatedLog, ARevocationInEitherCounts) {
  Digest revoked = image.installation.key.public_key().digest();
  value(next->append(
      std::vector{tlog::write_event(tlog::KeyRevocation{"artifact", revoked, "stolen", k_start})}));
  EXPECT_THAT(complaints(verify_with({old_tree(), new_tree()}).verdict),
              ElementsAre(StartsWith("failed revocation release: its key was revoked")));
}

TEST_F(PublishedLog, RefusesALogOfAnotherHistory) {
  std::vector<std::string> entries(image.installation.log->size() + 3, "another entry");
  Answer answer = verify_with_log_of(entries);
  expect_refused("log with another history", answer.verdict);
  EXPECT_THAT(complaints(answer.verdict),
              ElementsAre(HasSubstr("are not those that the evidence was proven in")));
}

TEST_F(PublishedLog, RefusesALogThatWasCutOff) {
  std::vector<std::string> entries = value(image.installation.log->entries(0, 1));
  Answer answer = verify_with_log_of(entries);
  expect_refused("log cut off", answer.verdict);
  EXPECT_THAT(complaints(answer.verdict),
              ElementsAre(HasSubstr("it ends after 1 entries, and the evidence was proven in")));
}

TEST_F(PublishedLog, RefusesWhatARevokedKeySignedLater) {
  record(tlog::KeyRevocation{"artifact", image.installation.key.public_key().digest(), "stolen",
                             k_start + 500});
  Answer answer = verify();
  expect_refused("revoked key", answer.verdict);
  EXPECT_THAT(complaints(answer.verdict),
              ElementsAre(StartsWith("failed revocation release: its key was revoked at "
                                     "2026-05-28T20:35:00Z: stolen; something here was signed "
                                     "later")));
}

TEST_F(PublishedLog, KeepsWhatARevokedKeySignedBefore) {
  record(tlog::KeyRevocation{"artifact", image.installation.key.public_key().digest(), "retired",
                             k_start + 5000});
  Answer answer = verify();
  EXPECT_TRUE(answer.verdict.accepted()) << text(answer.verdict);
  EXPECT_THAT(lines(answer.verdict, Outcome::passed),
              Contains(HasSubstr("all here was signed before")));
}

// Witnesses cosign what the log publishes after the image was signed.
class WitnessedLog : public PublishedLog {
 protected:
  Policy policy() const {
    Policy policy = image.policy();
    policy.witnesses = {{witness, "Somebody Else", false}};
    policy.quorum = 1;
    return policy;
  }
  void cosign(tlog::Log& log) {
    std::string text = log.checkpoint().note.text;
    value(log.add_cosignatures(
        std::vector{value(tlog::cosign(text, k_start + 3000, witness, secret))}));
  }
  Answer verify_by(const Policy& policy, const Path& tree) {
    std::unique_ptr<tlog::TileSource> log = tlog::directory_tiles(tree);
    return image.verify(policy, {.logs = {log.get()}});
  }

  PrivateKey secret = PrivateKey::generate(KeyAlgorithm::ed25519);
  tlog::NoteKey witness = value(tlog::NoteKey::of_witness("w.example/1", secret.public_key()));
};

TEST_F(WitnessedLog, CountsForWhatWasProvenInItBefore) {
  release(image.image.index.digest);
  cosign(*image.installation.log);
  Answer answer = verify_by(policy(), image.installation.log_tree());
  EXPECT_TRUE(answer.verdict.accepted()) << text(answer.verdict);
  EXPECT_THAT(lines(answer.verdict, Outcome::passed),
              Contains(HasSubstr("cosigned by witnesses of Somebody Else at ")));
}

TEST_F(WitnessedLog, CountsForNothingWithoutACosignature) {
  release(image.image.index.digest);
  Answer answer = verify_by(policy(), image.installation.log_tree());
  EXPECT_THAT(complaints(answer.verdict),
              ElementsAre(StartsWith("missing witness evidence: not seen by 1 independent")));
}

TEST_F(WitnessedLog, CountsForNothingWhenTheLogIsNotNamed) {
  cosign(*image.installation.log);
  Answer answer = image.verify(policy());
  EXPECT_THAT(complaints(answer.verdict),
              ElementsAre(StartsWith("missing witness evidence: not seen by 1 independent")));
}

TEST_F(WitnessedLog, RefusesACosignedLogOfAnotherHistory) {
  for (size_t size : {size_t{1}, image.installation.log->size() + 3}) {
    TemporaryDirectory directory = value(TemporaryDirectory::create());
    Path place = directory.path() / "log";
    PrivateKey& key = image.installation.log_key;
    value(tlog::Log::create({.directory = place}, image.installation.log->settings(), key));
    tlog::Log other = value(tlog::Log::open({.directory = place}, key));
    value(other.append(std::vector<std::string>(size, "another entry")));
    cosign(other);
    Answer answer = verify_by(policy(), tlog::tree_of(place));
    EXPECT_THAT(complaints(answer.verdict), Contains(StartsWith("failed witness log.example at ")));
    EXPECT_THAT(complaints(answer.verdict), Contains(StartsWith("missing witness evidence: ")));
  }
}

TEST_F(PublishedLog, SaysWhenItWasNotAsked) {
  Answer answer = image.verify(image.policy());
  EXPECT_THAT(lines(answer.verdict, Outcome::skipped),
              Contains(StartsWith("replay image: the log itself was not read")));
}

}  // namespace
}  // namespace kiln::verification::tests

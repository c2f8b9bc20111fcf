// SPDX-License-Identifier: Apache-2.0
//
// What the published log tells beyond the proofs in bundles.
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

  void release(const Digest& index) {
    record(tlog::ImageRelease{k_name, index, {}, {}, std::nullopt, k_start + 2000});
  }

  Answer verify(const Path& log_tree) {
    std::unique_ptr<tlog::TileSource> log = tlog::directory_tiles(log_tree);
    return image.verify(image.policy(), {.log = log.get()});
  }
  Answer verify() { return verify(image.installation.log_tree()); }

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

TEST_F(PublishedLog, SaysWhenItWasNotAsked) {
  Answer answer = image.verify(image.policy());
  EXPECT_THAT(lines(answer.verdict, Outcome::skipped),
              Contains(StartsWith("replay image: the log itself was not read")));
}

}  // namespace
}  // namespace kiln::verification::tests

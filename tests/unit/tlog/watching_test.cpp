// SPDX-License-Identifier: Apache-2.0
//
// What readers of a log do: audit it, follow it, mirror it, and understand its entries.
#include "data/json.hpp"
#include "evidence/tlog/audit.hpp"
#include "evidence/tlog/log_proof.hpp"
#include "evidence/tlog/mirror.hpp"
#include "evidence/tlog/monitor.hpp"
#include "evidence/tlog/rekor.hpp"
#include "scratch_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::tlog {
namespace {

using testing::numbered;
using testing::ScratchLog;
using testing::value;

Checkpoint checkpoint_in(const ScratchLog& scratch) {
  return value(SignedCheckpoint::parse(value(scratch.tiles()->checkpoint()))).checkpoint;
}

void flip_byte(const Path& path, size_t at) {
  std::string bytes = value(read_file(path));
  bytes.at(at) ^= 1;
  value(write_file(path, bytes));
}

TEST(Audit, FindsAChangedEntryAndAChangedTile) {
  for (const char* name : {"tile/entries/000", "tile/0/000", "tile/1/000.p/2", "tile/0/002.p/88"}) {
    ScratchLog scratch;
    value(scratch.open().append(numbered(0, 600)));
    EXPECT_OK(audit(*scratch.tiles(), checkpoint_in(scratch)));
    flip_byte(tree_of(scratch.place.directory) / name, 40);
    EXPECT_EQ(audit(*scratch.tiles(), checkpoint_in(scratch)).error().code, ErrorCode::unverified)
        << name;
  }
}

struct Follower {
  const ScratchLog& scratch;
  std::optional<MonitorState> state;
  std::vector<uint64_t> seen;

  Result<> run() {
    seen.clear();
    state = TRY(follow(*scratch.tiles(), value(load_settings(scratch.place.directory)), state,
                       [&](uint64_t index, std::string_view) -> Result<> {
                         seen.push_back(index);
                         return {};
                       }));
    state = TRY(read_state(write_state(*state)));
    return {};
  }
};

TEST(Monitor, SeesEachEntryOnce) {
  ScratchLog scratch;
  Follower follower{scratch, {}, {}};
  EXPECT_OK(follower.run());
  EXPECT_TRUE(follower.seen.empty());
  value(scratch.open().append(numbered(0, 300)));
  EXPECT_OK(follower.run());
  EXPECT_EQ(follower.seen.size(), 300U);
  value(scratch.open().append(numbered(300, 2)));
  EXPECT_OK(follower.run());
  EXPECT_THAT(follower.seen, ::testing::ElementsAre(300, 301));
}

TEST(Monitor, NoticesARollbackAndAnotherPast) {
  ScratchLog scratch;
  Path old = scratch.directory.path() / "old";
  value(scratch.open().append(numbered(0, 5)));
  std::filesystem::copy(scratch.place.directory, old, std::filesystem::copy_options::recursive);
  value(scratch.open().append(numbered(5, 5)));
  Follower follower{scratch, {}, {}};
  EXPECT_OK(follower.run());
  std::filesystem::remove_all(scratch.place.directory);
  std::filesystem::copy(old, scratch.place.directory, std::filesystem::copy_options::recursive);
  EXPECT_THAT(follower.run().error().message, ::testing::HasSubstr("shrank from 10 to 5"));
  value(scratch.open().append(numbered(100, 5)));
  EXPECT_THAT(follower.run().error().message, ::testing::HasSubstr("another history of its 10"));
  value(scratch.open().append(numbered(100, 5)));
  EXPECT_EQ(follower.run().error().code, ErrorCode::unverified);
}

TEST(Mirror, FollowsItsLogAndNeverShowsAnotherPast) {
  ScratchLog scratch;
  LogSettings settings = value(load_settings(scratch.place.directory));
  Path copy = scratch.directory.path() / "mirror";
  for (uint64_t batch : {3U, 400U, 1U}) {
    Log log = scratch.open();
    value(log.append(numbered(log.size(), batch)));
    EXPECT_EQ(value(mirror(*scratch.tiles(), settings, copy)).size, log.size());
    std::unique_ptr<TileSource> mirrored = directory_tiles(copy);
    EXPECT_EQ(value(mirrored->checkpoint()), log.checkpoint().note.str());
    EXPECT_OK(audit(*mirrored, log.checkpoint().checkpoint));
  }
  value(scratch.open().append(numbered(404, 10)));
  flip_byte(tree_of(scratch.place.directory) / "tile/entries/001.p/158", 1700);
  EXPECT_EQ(mirror(*scratch.tiles(), settings, copy).error().code, ErrorCode::unverified);
  EXPECT_OK(
      audit(*directory_tiles(copy),
            value(SignedCheckpoint::parse(value(read_file(copy / "checkpoint")))).checkpoint));
}

TEST(LogProof, IsReadBackInBothForms) {
  ScratchLog scratch;
  Log log = scratch.open();
  value(log.append(numbered(0, 7)));
  Appended added = value(log.prove(4));
  LogProof proof{4, added.proof, "more", added.checkpoint};
  EXPECT_EQ(value(LogProof::parse(proof.str())), proof);
  Checkpoint checkpoint = log.checkpoint().checkpoint;
  EXPECT_OK(verify_proof(proof, checkpoint, "entry 4"));
  EXPECT_FALSE(verify_proof(proof, checkpoint, "entry 5"));
  proof.extra.reset();
  EXPECT_EQ(value(LogProof::parse(proof.spicy())), proof);
  EXPECT_FALSE(LogProof::parse("c2sp.org/tlog-proof@v1\nindex 04\n\n" + proof.checkpoint));
  EXPECT_FALSE(LogProof::parse("c2sp.org/tlog-proof@v2\nindex 4\n\n" + proof.checkpoint));
  EXPECT_FALSE(LogProof::parse("index 4\nAAAA\n\n" + proof.checkpoint));
  EXPECT_FALSE(LogProof::parse("index 4\n"));
}

TEST(LogEvent, IsReadBackAsWhatWasWritten) {
  Digest a = sha256("a");
  Digest b = sha256("b");
  std::vector<Event> events = {
      ImageRelease{"nginx", a, {{"linux/amd64", b}}, {a, b}, b, 1700000000},
      ImageRelease{"nginx", a, {}, {}, {}, 1700000000},
      KeyRotation{"images", a, b, 1700000000},
      KeyRotation{"images", {}, b, 1700000000},
      KeyRevocation{"images", a, "stolen", 1700000000},
      PolicyChange{"release", {}, b, 1700000000}};
  for (const Event& event : events) {
    std::string entry = write_event(event);
    EXPECT_EQ(canonical(value(parse_json(entry))), entry);
    std::optional<Event> again = value(read_event(entry));
    ASSERT_TRUE(again);
    EXPECT_EQ(write_event(*again), entry);
  }
  EXPECT_FALSE(value(read_event("text")));
  EXPECT_FALSE(value(read_event(R"({"kind":"hashedrekord"})")));
  EXPECT_FALSE(
      read_event(R"({"apiVersion":"1","kind":"https://kiln.dev/log/key-rotation","spec":{}})"));
}

// A signature entry in the form of Rekor v2.
std::string signature_entry(const PublicKey& key, const Digest& digest) {
  Json verifier = Json::object({{"keyDetails", "PKIX_ECDSA_P256_SHA_256"},
                                {"publicKey", Json::object({{"rawBytes", to_base64(key.der())}})}});
  Json record = Json::object(
      {{"data", Json::object({{"algorithm", "SHA2_256"}, {"digest", to_base64(digest.bytes())}})},
       {"signature", Json::object({{"content", to_base64("sig")}, {"verifier", verifier}})}});
  return canonical(Json::object({{"apiVersion", "0.0.2"},
                                 {"kind", "hashedrekord"},
                                 {"spec", Json::object({{"hashedRekordV002", record}})}}));
}

TEST(Monitor, RaisesAlarmForWhatNobodyCanAccountFor) {
  PublicKey ours = PrivateKey::generate(KeyAlgorithm::ecdsa_p256).public_key();
  PublicKey other = PrivateKey::generate(KeyAlgorithm::ecdsa_p256).public_key();
  Digest known = sha256("known");
  auto alarm_of = [&](const PublicKey& key, const Digest& digest, const Expectations& expected) {
    std::string entry = signature_entry(key, digest);
    return alarm(view_entry(entry), leaf_hash(entry), expected).value_or("");
  };
  EXPECT_EQ(alarm_of(other, known, {}), "");
  Expectations by_key{.keys = {ours}, .digests = {}};
  EXPECT_EQ(alarm_of(ours, known, by_key), "");
  EXPECT_EQ(alarm_of(other, known, by_key), "signed by a key that is not one of ours");
  by_key.others_sign = true;
  EXPECT_EQ(alarm_of(other, known, by_key), "");
  Expectations all{.keys = {ours}, .digests = std::set<Digest>{known}};
  EXPECT_EQ(alarm_of(ours, known, all), "");
  EXPECT_EQ(alarm_of(ours, sha256("x"), all), "signed with one of our keys, and not by us");
  all.digests = {leaf_hash(signature_entry(ours, sha256("x")))};
  EXPECT_EQ(alarm_of(ours, sha256("x"), all), "");
}

TEST(Rekor, PromisesAnEntryOverCanonicalJson) {
  PrivateKey secret = PrivateKey::generate(KeyAlgorithm::ecdsa_p256);
  NoteKey log = value(NoteKey::of_log("rekor.example", secret.public_key()));
  EntryPromise promise{"{}", 1700000000, 42};
  EXPECT_EQ(
      promise_text(promise, log),
      fmt::format(R"({{"body":"e30=","integratedTime":1700000000,"logID":"{}","logIndex":42}})",
                  secret.public_key().digest().hex()));
  std::string signature = value(sign_promise(promise, log, secret));
  EXPECT_OK(verify_promise(promise, log, signature));
  promise.index = 43;
  EXPECT_FALSE(verify_promise(promise, log, signature));
}

}  // namespace
}  // namespace kiln::tlog

// SPDX-License-Identifier: Apache-2.0
#include "evidence/tlog/checkpoint.hpp"
#include "evidence/tlog/cosignature.hpp"
#include "support/result_matchers.hpp"

#include <gtest/gtest.h>

namespace kiln::tlog {
namespace {

using testing::value;

// The example of Go's package golang.org/x/mod/sumdb/note.
constexpr std::string_view k_go_key =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr std::string_view k_go_note =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/"
    "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

TEST(Note, VerifiesAnExampleThatOthersSigned) {
  NoteKey key = value(NoteKey::parse(k_go_key));
  EXPECT_EQ(key.name(), "PeterNeumann");
  EXPECT_EQ(key.str(), k_go_key);
  Note note = value(Note::parse(k_go_note));
  EXPECT_EQ(note.str(), k_go_note);
  EXPECT_OK(verify_note(note, key));
  note.text[3] = 'Y';
  EXPECT_EQ(verify_note(note, key).error().code, ErrorCode::unverified);
}

TEST(Note, RefusesWhatIsNoNote) {
  for (const std::string bytes :
       {"", "text\n", "text\n\n", "text\n\n— name\n", "text\n\n— name AAAA\n",
        "text\n\n- name AAAAAAA=\n", "text\n\n— na+me AAAAAAA=\n",
        "text\n\n— name AAAAAAA=", "te\txt\n\n— name AAAAAAA=\n", "text\n\n— name AAAAAAA\n",
        "text\n\n— \xc2\xa0 AAAAAAA=\n", "text\n— name AAAAAAA=\n"})
    EXPECT_FALSE(Note::parse(bytes)) << bytes;
  EXPECT_TRUE(Note::parse("text\n\n— name AAAAAAA=\n"));
  std::string many = "text\n\n";
  for (size_t i = 0; i <= k_most_signatures; ++i) many += "— name AAAAAAA=\n";
  EXPECT_EQ(Note::parse(many).error().code, ErrorCode::limit);
}

TEST(NoteKey, IsReadBackAsWhatWasWritten) {
  PublicKey ed = PrivateKey::generate(KeyAlgorithm::ed25519).public_key();
  PublicKey ec = PrivateKey::generate(KeyAlgorithm::ecdsa_p256).public_key();
  for (const NoteKey& key :
       {value(NoteKey::of_log("log.example", ed)), value(NoteKey::of_log("log.example", ec)),
        value(NoteKey::of_witness("witness.example/w1", ed))}) {
    NoteKey again = value(NoteKey::parse(key.str()));
    EXPECT_EQ(again.type(), key.type());
    EXPECT_EQ(again.id(), key.id());
    EXPECT_EQ(again.key(), key.key());
  }
  EXPECT_NE(value(NoteKey::of_log("a", ed)).id(), value(NoteKey::of_log("b", ed)).id());
  EXPECT_EQ(value(NoteKey::of_log("a", ec)).id(), value(NoteKey::of_log("b", ec)).id());
  EXPECT_FALSE(NoteKey::of_log("two words", ed));
  EXPECT_FALSE(NoteKey::of_witness("w", ec));
}

TEST(NoteKey, RefusesAKeyWhoseIdIsAnothers) {
  EXPECT_FALSE(
      NoteKey::parse("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"));
  EXPECT_FALSE(NoteKey::parse("PeterNeumann+c74f20a3"));
  EXPECT_EQ(NoteKey::parse("w+00000000+Bnh4eHg=").error().code, ErrorCode::unsupported);
}

TEST(Checkpoint, IsReadBackAsWhatWasWritten) {
  Checkpoint checkpoint{"log.example", 109482, sha256("root"), {"more", "and more"}};
  EXPECT_EQ(value(Checkpoint::parse(checkpoint.str())), checkpoint);
  checkpoint.extensions.clear();
  EXPECT_EQ(value(Checkpoint::parse(checkpoint.str())), checkpoint);
}

TEST(Checkpoint, RefusesOtherTexts) {
  std::string root = to_base64(sha256("").bytes());
  for (const std::string& text : std::vector<std::string>{
           "log.example\n5\n", "log.example\n05\n" + root + "\n", "log.example\n-5\n" + root + "\n",
           "log.example\n5\nAAAA\n", "\n5\n" + root + "\n", "log.example\n5\n" + root,
           "log.example\n5\n" + root + "\n\nx\n",
           "log.example\n18446744073709551615\n" + root + "\n"})
    EXPECT_FALSE(Checkpoint::parse(text)) << text;
}

TEST(Checkpoint, OpensOnlyWithTheLogsKeyAndOrigin) {
  PrivateKey secret = PrivateKey::generate(KeyAlgorithm::ecdsa_p256);
  NoteKey key = value(NoteKey::of_log("rekor.example", secret.public_key()));
  Note note{Checkpoint{"rekor.example - 42", 0, sha256(""), {}}.str(), {}};
  note.signatures.push_back(value(sign_note(note.text, key, secret)));
  EXPECT_OK(open_checkpoint(note.str(), key, "rekor.example - 42"));
  EXPECT_FALSE(open_checkpoint(note.str(), key, "rekor.example - 43"));
  EXPECT_FALSE(open_checkpoint(note.str(), key));
  PublicKey other = PrivateKey::generate(KeyAlgorithm::ecdsa_p256).public_key();
  EXPECT_FALSE(open_checkpoint(note.str(), value(NoteKey::of_log("rekor.example", other)),
                               "rekor.example - 42"));
}

TEST(Cosignature, SaysWhenItsWitnessSawTheCheckpoint) {
  PrivateKey log_secret = PrivateKey::generate(KeyAlgorithm::ed25519);
  PrivateKey secret = PrivateKey::generate(KeyAlgorithm::ed25519);
  NoteKey log = value(NoteKey::of_log("log.example", log_secret.public_key()));
  NoteKey witness = value(NoteKey::of_witness("witness.example/w1", secret.public_key()));
  Note note{Checkpoint{"log.example", 0, sha256(""), {}}.str(), {}};
  note.signatures.push_back(value(sign_note(note.text, log, log_secret)));
  note.signatures.push_back(value(cosign(note.text, 1700000000, witness, secret)));
  note.signatures.push_back({"witness.example/pq", 0x06060606, std::string(2420, 'q')});
  std::vector<NoteKey> known = {witness};
  std::vector<Cosignature> found =
      value(verified_cosignatures(value(Note::parse(note.str())), known));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].time, 1700000000);
  note.signatures[1].bytes[7] ^= 1;  // another time
  EXPECT_FALSE(verified_cosignatures(note, known));
}

}  // namespace
}  // namespace kiln::tlog

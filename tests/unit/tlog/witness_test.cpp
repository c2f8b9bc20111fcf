// SPDX-License-Identifier: Apache-2.0
#include "evidence/tlog/witness.hpp"

#include "base/strings.hpp"
#include "scratch_log.hpp"
#include "support/scratch_witness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::tlog {
namespace {

using ::testing::HasSubstr;
using testing::numbered;
using testing::ScratchLog;
using testing::ScratchWitness;
using testing::value;

class Witness : public ::testing::Test {
 protected:
  ScratchLog scratch;
  ScratchWitness witness{"witness.example/w1"};
  std::unique_ptr<HttpClient> http = make_http_client({.attempts = 1});
};

TEST_F(Witness, CosignsALogThatGrows) {
  Log log = scratch.open();
  for (uint64_t batch : {5U, 7U, 0U}) {
    value(log.append(numbered(log.size(), batch)));
    Cosignature cosignature = value(ask_witness(witness.in_policy(), log, *http));
    EXPECT_EQ(cosignature.time, 1700000000);
    EXPECT_EQ(witness.seen, log.size());
  }
}

TEST_F(Witness, RefusesALogThatWasRolledBack) {
  Path copy = scratch.directory.path() / "copy";
  value(scratch.open().append(numbered(0, 5)));
  std::filesystem::copy(scratch.place.directory, copy, std::filesystem::copy_options::recursive);
  Log log = scratch.open();
  value(log.append(numbered(5, 7)));
  value(ask_witness(witness.in_policy(), log, *http));

  Log old = value(Log::open({.directory = copy}, scratch.key));
  Result<Cosignature> refused = ask_witness(witness.in_policy(), old, *http);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unverified);
  EXPECT_THAT(refused.error().message,
              HasSubstr("has seen 12 entries of this log, which now has 5"));

  value(old.append(numbered(100, 7)));  // as many entries, others
  EXPECT_THAT(ask_witness(witness.in_policy(), old, *http).error().message,
              HasSubstr("has seen another log of 12 entries"));
  value(old.append(numbered(100, 7)));
  EXPECT_EQ(ask_witness(witness.in_policy(), old, *http).error().code, ErrorCode::unverified);
}

TEST_F(Witness, ThatAnswersWithAnotherKeysSignatureIsNotBelieved) {
  ScratchWitness other("witness.example/w1");
  Log log = scratch.open();
  value(log.append(numbered(0, 1)));
  PolicyWitness mixed = witness.in_policy();
  mixed.url = other.in_policy().url;
  EXPECT_EQ(ask_witness(mixed, log, *http).error().code, ErrorCode::unverified);
}

TEST_F(Witness, OfOurOwnIsReportedAsThat) {
  ScratchWitness own("witness.example/own");
  std::string text =
      fmt::format("log {}\n", scratch.open().settings().key.str()) + witness.policy_line() +
      own.policy_line() +
      "# operator witness.example/w1 Example Org\n# operator witness.example/own self\n"
      "group both any witness.example/w1 witness.example/own\nquorum both\n";
  TrustPolicy policy = value(TrustPolicy::parse(text));
  Log log = scratch.open();
  value(log.append(numbered(0, 3)));
  witness.seen = 99;  // it will refuse
  std::vector<WitnessAnswer> answers = value(ask_witnesses(policy, log, *http));
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_FALSE(answers[0].cosignature);
  EXPECT_TRUE(answers[1].cosignature);
  Judgement judgement = value(judge(value(scratch.tiles()->checkpoint()), policy));
  EXPECT_TRUE(judgement.quorum);
  EXPECT_FALSE(judgement.quorum_of_others);
  EXPECT_TRUE(judgement.witnesses[1].own);
  EXPECT_EQ(judgement.witnesses[0].run_by, "Example Org");
  EXPECT_FALSE(judgement.witnesses[0].cosigned);

  witness.seen = 0;
  value(ask_witnesses(policy, log, *http));
  judgement = value(judge(value(scratch.tiles()->checkpoint()), policy));
  EXPECT_TRUE(judgement.quorum_of_others);
  EXPECT_EQ(judgement.checkpoint.note.signatures.size(), 3U);
}

TEST(TrustPolicy, CountsNestedGroups) {
  auto key = [](const std::string& name) {
    return value(
               NoteKey::of_witness(name, PrivateKey::generate(KeyAlgorithm::ed25519).public_key()))
        .str();
  };
  std::string text = "# two of three, and one of the others\n\n";
  for (const char* name : {"x1", "x2", "x3", "y1", "y2"})
    text += fmt::format("  witness {} {}\thttps://{}.example/ \n", name, key(name), name);
  text += "group x 2 x1 x2 x3\ngroup y any y1 y2\ngroup z all x y\nquorum z\n";
  TrustPolicy policy = value(TrustPolicy::parse(text));
  EXPECT_TRUE(policy.is_quorum({"x1", "x3", "y2"}));
  EXPECT_FALSE(policy.is_quorum({"x1", "y1", "y2"}));
  EXPECT_FALSE(policy.is_quorum({"x1", "x2", "x3"}));
  EXPECT_TRUE(value(TrustPolicy::parse("quorum none\n")).is_quorum({}));
}

TEST(TrustPolicy, RefusesWhatTheSpecificationForbids) {
  std::string a =
      value(NoteKey::of_witness("a", PrivateKey::generate(KeyAlgorithm::ed25519).public_key()))
          .str();
  std::string b =
      value(NoteKey::of_witness("b", PrivateKey::generate(KeyAlgorithm::ed25519).public_key()))
          .str();
  std::string two = fmt::format("witness a {}\nwitness b {}\n", a, b);
  for (const std::string& text : std::vector<std::string>{
           "", "quorum none\nquorum none\n", "quorum a\n", two + "group g 3 a b\nquorum g\n",
           two + "group g 0 a b\nquorum g\n", two + "group g any\nquorum g\n",
           two + "group g any a a\nquorum g\n", two + "group g any a\ngroup h any a b\nquorum h\n",
           two + "group a any b\nquorum a\n", two + "group none any b\nquorum none\n",
           fmt::format("witness a {}\nwitness c {}\nquorum a\n", a, a),
           fmt::format("log {}\nquorum none\n", a), "quorum none\nfrob\n", "quorum none\r\n"})
    EXPECT_FALSE(TrustPolicy::parse(text)) << text;
}

}  // namespace
}  // namespace kiln::tlog

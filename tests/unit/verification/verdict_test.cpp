// SPDX-License-Identifier: Apache-2.0
#include "evidence/verification/verdict.hpp"

#include "support/result_matchers.hpp"

#include <gtest/gtest.h>

namespace kiln::verification {
namespace {

TEST(Verdict, AcceptsWhatPassedAndWasSkipped) {
  Verdict verdict;
  verdict.pass("signature", "index", "by release");
  verdict.skip("log", "index", "no trusted root is given");
  EXPECT_TRUE(verdict.accepted());
  EXPECT_EQ(text(verdict),
            "passed   signature  index  by release\n"
            "skipped  log        index  no trusted root is given\n"
            "verdict: accepted: 1 check passed, 1 not checked\n");
}

TEST(Verdict, RefusesOneFailureAndOneMissingThing) {
  Verdict failed;
  failed.pass("contents", "linux/amd64", "right");
  failed.refuse("sbom", "linux/amd64", "usr/bin/x is not in it", "build it anew");
  EXPECT_FALSE(failed.accepted());
  EXPECT_EQ(text(failed),
            "passed   contents  linux/amd64  right\n"
            "failed   sbom      linux/amd64  usr/bin/x is not in it\n"
            "                                hint: build it anew\n"
            "verdict: refused: 1 failed, 0 missing, 1 passed\n");
  Verdict missing;
  missing.miss("statement", "index", "no lock");
  EXPECT_FALSE(missing.accepted());
}

TEST(Verdict, ShowsForeignBytesEscaped) {
  Verdict verdict;
  verdict.refuse("statement", "index", "evil\x1b[2J\nverdict: accepted");
  EXPECT_EQ(text(verdict),
            "failed   statement  index  evil\\x1b[2J\\x0averdict: accepted\n"
            "verdict: refused: 1 failed, 0 missing, 0 passed\n");
}

TEST(Verdict, IsTheSameAsJson) {
  Verdict verdict;
  verdict.pass("signature", "index", "by release");
  verdict.miss("sbom", "linux/amd64", "none", "demanded");
  EXPECT_EQ(canonical(to_json(verdict)),
            R"({"accepted":false,"checks":[)"
            R"({"detail":"by release","name":"signature","result":"passed","subject":"index"},)"
            R"({"detail":"none","hint":"demanded","name":"sbom","result":"missing",)"
            R"("subject":"linux/amd64"}],)"
            R"("counts":{"failed":0,"missing":1,"passed":1,"skipped":0}})");
}

}  // namespace
}  // namespace kiln::verification

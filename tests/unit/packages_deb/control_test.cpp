// SPDX-License-Identifier: Apache-2.0
#include "packages/deb/control.hpp"

#include "support/result_matchers.hpp"

#include <gtest/gtest.h>

namespace kiln::packages::deb {
namespace {

TEST(DebControl, ReadsParagraphsFieldsAndContinuations) {
  ParagraphReader reader(
      "\n\nPackage: a\nDescription: short\n long\n .\n end \n\n \nPackage:b\nConffiles:\n /etc/b "
      "x\n");
  Paragraph paragraph;
  ASSERT_TRUE(testing::value(reader.next(paragraph)));
  EXPECT_EQ(paragraph.get("package"), "a");
  EXPECT_EQ(paragraph.get("Description"), "short\n long\n .\n end");
  EXPECT_EQ(paragraph.text(), "Package: a\nDescription: short\n long\n .\n end ");
  ASSERT_TRUE(testing::value(reader.next(paragraph)));
  EXPECT_EQ(paragraph.get("Package"), "b");
  EXPECT_EQ(paragraph.get("Conffiles"), "/etc/b x");
  EXPECT_FALSE(paragraph.has("Description"));
  EXPECT_FALSE(testing::value(reader.next(paragraph)));
}

TEST(DebControl, RefusesWhatIsNoField) {
  for (std::string_view bad : {"x\n", " continued\n", ": x\n", "-----BEGIN PGP-----\n", "#a: b\n",
                               "a b: c\n", "A: 1\na: 2\n", "A: 1\n\nB\n"}) {
    ParagraphReader reader(bad);
    Paragraph paragraph;
    Result<bool> more = true;
    while (more && *more) more = reader.next(paragraph);
    EXPECT_FALSE(more) << bad;
  }
  ParagraphReader reader("A: 1\n\nB: 2\nnonsense\n");
  Paragraph paragraph;
  ASSERT_OK(reader.next(paragraph));
  EXPECT_NE(reader.next(paragraph).error().message.find("line 4"), std::string::npos);
}

TEST(DebControl, OneParagraphIsExactlyOne) {
  EXPECT_OK(parse_paragraph("A: 1\n"));
  EXPECT_FALSE(parse_paragraph("\n"));
  EXPECT_FALSE(parse_paragraph("A: 1\n\nB: 2\n"));
}

}  // namespace
}  // namespace kiln::packages::deb

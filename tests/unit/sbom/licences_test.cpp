// SPDX-License-Identifier: Apache-2.0
#include "evidence/sbom/licences/copyright.hpp"
#include "evidence/sbom/licences/expression.hpp"
#include "evidence/sbom/licences/names.hpp"
#include "evidence/sbom/licences/recognise.hpp"
#include "support/test_world.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace kiln::sbom {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Synopsis, BindsAndCloserThanOrAndCommasLoosest) {
  auto read = [](std::string_view text) { return str(parse_synopsis(text)); };
  EXPECT_EQ(read("GPL-2+"), "GPL-2+");
  EXPECT_EQ(read("A or B and C"), "A OR (B AND C)");
  EXPECT_EQ(read("A or B, and C"), "(A OR B) AND C");
  EXPECT_EQ(read("GPL-1+ or Artistic, and Expat"), "(GPL-1+ OR Artistic) AND Expat");
  EXPECT_EQ(read("A and (B or C)"), "A AND (B OR C)");
  EXPECT_EQ(read("A AND A"), "A");
  EXPECT_EQ(read("A, B"), "A AND B");
  EXPECT_EQ(read(""), "");
  EXPECT_EQ(read("A and"), "");
}

TEST(Synopsis, TakesAnyText) {
  EXPECT_EQ(str(parse_synopsis(std::string(5000, '('))), "");
  EXPECT_EQ(str(parse_synopsis("A) B")), "A AND B");
  EXPECT_EQ(str(parse_synopsis("GPL-2+ with Bison exception")), "GPL-2+ with Bison exception");
}

// Each change between "and" and "or" behind a comma nests what came before.
std::string alternating(int changes) {
  std::string text = "a or b";
  for (int i = 0; i < changes; ++i) text += fmt::format(", {} c{}", i % 2 == 0 ? "and" : "or", i);
  return text;
}

TEST(Synopsis, ThatIsAbsurdSaysNothing) {
  EXPECT_EQ(str(parse_synopsis(alternating(3))), "(((a OR b) AND c0) OR c1) AND c2");
  EXPECT_EQ(str(parse_synopsis(alternating(5000))), "");
  EXPECT_EQ(str(parse_synopsis(std::string(21, '(') + "a" + std::string(21, ')'))), "");
  EXPECT_EQ(str(parse_synopsis(std::string(70'000, 'a'))), "");
}

TEST(Synopsis, MayHaveManyLicences) {
  std::string text = "l0";
  for (int i = 1; i < 5000; ++i) text += fmt::format(", l{}", i);
  EXPECT_EQ(parse_synopsis(text).parts.size(), 5000U);
}

TEST(LicenceNames, AreTheOnesOfSpdx) {
  EXPECT_EQ(spdx_name("Expat"), "MIT");
  EXPECT_EQ(spdx_name("GPL-2+"), "GPL-2.0-or-later");
  EXPECT_EQ(spdx_name("GPL-2"), "GPL-2.0-only");
  EXPECT_EQ(spdx_name("GPL-3.0+"), "GPL-3.0-or-later");
  EXPECT_EQ(spdx_name("gpl2"), "GPL-2.0-only");
  EXPECT_EQ(spdx_name("GPL"), "GPL-1.0-or-later");
  EXPECT_EQ(spdx_name("LGPL-2.1"), "LGPL-2.1-only");
  EXPECT_EQ(spdx_name("GFDL-NIV-1.3+"), "GFDL-1.3-no-invariants-or-later");
  EXPECT_EQ(spdx_name("bsd-3-clause"), "BSD-3-Clause");
  EXPECT_EQ(spdx_name("Artistic"), "Artistic-1.0-Perl");
  EXPECT_EQ(spdx_name("GPL-3+ with Bison exception"), "GPL-3.0-or-later WITH Bison-exception-2.2");
  EXPECT_EQ(spdx_name("GPL-3+-autoconf-exception"),
            "GPL-3.0-or-later WITH Autoconf-exception-generic");
  EXPECT_EQ(spdx_name("GPL2 with Classpath exception"),
            "GPL-2.0-only WITH Classpath-exception-2.0");
}

TEST(LicenceNames, AreNotGuessed) {
  for (const char* name :
       {"public-domain", "BSD", "Unicode", "GPL-2+ with Martian exception", "GPL-7+", "none", ""})
    EXPECT_EQ(spdx_name(name), "") << name;
}

constexpr std::string_view k_mit = R"(
 Permission is hereby granted, free of charge, to any person obtaining a copy
 of this software and associated documentation files (the "Software"), to deal
 in the Software without restriction, including without limitation the rights
 to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
 copies of the Software, and to permit persons to whom the Software is
 furnished to do so, subject to the following conditions:
 .
 The above copyright notice and this permission notice shall be included in
 all copies or substantial portions of the Software.
 .
 THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED.)";

TEST(LicenceTexts, AreToldByTheirSentences) {
  EXPECT_EQ(recognise_text(k_mit), "MIT");
  EXPECT_EQ(recognise_text("You may distribute this under version 2 of the GNU General Public "
                           "License, or (at your option) any later version."),
            "GPL-2.0-or-later");
  EXPECT_EQ(recognise_text("GNU General Public License, version 2"), "GPL-2.0-only");
  EXPECT_EQ(recognise_text("Do as you like."), "");
}

TEST(LicenceTexts, WithFurtherTermsAreNotThePlainLicence) {
  std::string longer(k_mit);
  for (int i = 0; i < 60; ++i) longer += " and you must also send us a postcard";
  EXPECT_EQ(recognise_text(longer), "");
  EXPECT_EQ(recognise_text("GNU General Public License version 2 with the exception that"), "");
}

TEST(LicenceTexts, OfFreeFormFilesAreNoticesAndReferences) {
  Notices notices = recognise_notices(
      "This is Debian's foo.\n\n"
      "It is under the GNU General Public License; either version 2,\n"
      "or (at your option) any later version.\n\n"
      "On Debian systems see /usr/share/common-licenses/GPL-2.\n\n"
      "It comes without warranty; see the GNU General Public License for more details.\n\n"
      "The manual: /usr/share/common-licenses/Artistic.\n");
  EXPECT_THAT(notices.ids, ElementsAre("GPL-2.0-or-later", "Artistic-1.0-Perl"));
  EXPECT_FALSE(notices.others);
}

constexpr std::string_view k_file =
    R"(Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: foo
Upstream-Contact: Ann Author <ann@example.org>
Source: https://example.org/foo

Files: *
Copyright: 2001 Ann Author
           2002 Bob Builder
License: GPL-2+ or Artistic, and Expat

Files: data/*
Copyright: 2001 Ann Author
License: odd
 Do as you like,
 .
 but do it well.

# a remark
License: Expat
 Permission is hereby granted
)";

TEST(CopyrightFiles, GiveOneExpressionForAllFilesAndKeepUnknownTexts) {
  Copyright copyright = read_copyright(k_file);
  EXPECT_THAT(copyright.declared,
              StartsWith("(GPL-2.0-or-later OR Artistic-1.0-Perl) AND MIT AND LicenseRef-odd-"));
  EXPECT_TRUE(copyright.complete);
  EXPECT_EQ(copyright.holders, "2001 Ann Author\n2002 Bob Builder");
  ASSERT_EQ(copyright.texts.size(), 1U);
  EXPECT_EQ(copyright.texts.begin()->second.text, "Do as you like,\n\nbut do it well.");
  EXPECT_EQ(copyright.upstream_contact, "Ann Author <ann@example.org>");
  EXPECT_EQ(copyright.upstream_source, "https://example.org/foo");
}

TEST(CopyrightFiles, WithoutALicenceOrItsTextAreNotComplete) {
  std::string text(k_file);
  EXPECT_FALSE(read_copyright(text + "\nFiles: x\nCopyright: y\n").complete);
  EXPECT_FALSE(read_copyright(text + "\nFiles: x\nCopyright: y\nLicense: unheard-of\n").complete);
}

TEST(CopyrightFiles, OfFreeFormAreKeptWholeWhenNothingIsRecognised) {
  Copyright copyright = read_copyright("Copyright 1999 Ann.\nDo as you like.\n");
  EXPECT_THAT(copyright.declared, StartsWith("LicenseRef-copyright-file-"));
  EXPECT_FALSE(copyright.complete);
  EXPECT_THAT(copyright.texts.begin()->second.text, HasSubstr("Do as you like."));
  EXPECT_EQ(read_copyright("").declared, "");
}

// As of libgcc-s1 and python3.13-minimal.
TEST(CopyrightFiles, OfFreeFormWithFurtherTermsAreKeptWholeBesideTheNotices) {
  constexpr std::string_view k_notice =
      "It is under the GNU General Public License; version 3, or any later version.\n";
  EXPECT_EQ(read_copyright(k_notice).declared, "GPL-3.0-or-later");
  for (std::string more : {"As a special exception, you may link it with anything.\n",
                           "PSF LICENSE AGREEMENT: 1. This agreement is between the two.\n",
                           "Some files are in the public domain.\n"}) {
    Copyright copyright = read_copyright(std::string(k_notice) + "\n" + more);
    EXPECT_THAT(copyright.declared, StartsWith("GPL-3.0-or-later AND LicenseRef-copyright-file-"));
    EXPECT_THAT(copyright.texts.begin()->second.text, HasSubstr(more.substr(0, more.size() - 1)));
  }
}

TEST(CopyrightFiles, AreRememberedByTheirDigest) {
  testing::TestWorld world;
  Copyright first = testing::value(read_copyright(k_file, sha256(k_file), world.store()));
  EXPECT_EQ(first, read_copyright(k_file));
  EXPECT_EQ(testing::value(read_copyright("", sha256(k_file), world.store())), first);
}

}  // namespace
}  // namespace kiln::sbom

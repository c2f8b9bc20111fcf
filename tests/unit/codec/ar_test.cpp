// SPDX-License-Identifier: Apache-2.0
#include "codec/ar.hpp"

#include "base/files.hpp"
#include "base/process.hpp"
#include "support/archives.hpp"
#include "support/result_matchers.hpp"

namespace kiln {
namespace {

using testing::ar_bytes;
using testing::value;

const std::vector<std::pair<std::string, std::string>> k_members = {
    {"debian-binary", "2.0\n"}, {"control.tar.xz", "odd"}, {"data.tar", ""}};

void expect_corrupt(std::string_view archive) {
  auto members = read_ar(archive);
  ASSERT_FALSE(members);
  EXPECT_EQ(members.error().code, ErrorCode::corrupt) << members.error().str();
}

TEST(Ar, GivesMembersInTheirOrder) {
  std::string archive = ar_bytes(k_members);
  auto members = value(read_ar(archive));
  ASSERT_EQ(members.size(), k_members.size());
  for (size_t i = 0; i < members.size(); ++i) {
    EXPECT_EQ(members[i].name, k_members[i].first);
    EXPECT_EQ(members[i].data, k_members[i].second);
  }
  EXPECT_TRUE(value(read_ar("!<arch>\n")).empty());
}

TEST(Ar, ReadsWhatTheArToolWrites) {
  auto directory = value(TemporaryDirectory::create());
  std::vector<std::string> command = {"ar", "rcD", "test.ar"};
  for (const auto& [name, data] : k_members) {
    ASSERT_OK(write_file(directory.path() / name, data));
    command.push_back(name);
  }
  auto run = run_process({command, {}, {}, directory.path().string()});
  if (!run) GTEST_SKIP() << "ar (binutils) is not installed";
  ASSERT_EQ(run->exit_code, 0) << run->error_output;
  std::string archive = value(read_file(directory.path() / "test.ar"));
  auto members = value(read_ar(archive));
  ASSERT_EQ(members.size(), k_members.size());
  EXPECT_EQ(members[1].name, "control.tar.xz");
  EXPECT_EQ(members[1].data, "odd");
}

TEST(Ar, RefusesEveryTruncation) {
  std::string archive = ar_bytes(k_members);
  size_t whole = 0;
  for (size_t size = 0; size < archive.size(); ++size)
    if (read_ar(std::string_view(archive).substr(0, size))) ++whole;
  EXPECT_EQ(whole, 3U);  // only where a member ends
}

TEST(Ar, RefusesDamagedHeaders) {
  std::string good = ar_bytes({{"a", "bc"}});
  expect_corrupt("");
  expect_corrupt("!<thin>\n");
  for (auto [place, text] : {std::pair{8 + 58, "xx"},
                             {8 + 48, "99        "},
                             {8 + 48, "-1        "},
                             {8 + 48, "          "},
                             {8 + 48, "9999999999"},
                             {8, "a/b             "},
                             {8, "/               "},
                             {8, "//              "},
                             {8, "                "}}) {
    std::string bad = good;
    bad.replace(static_cast<size_t>(place), std::string_view(text).size(), text);
    expect_corrupt(bad);
  }
  std::string unpadded = ar_bytes({{"a", "b"}});
  unpadded.back() = 'x';
  expect_corrupt(unpadded);
}

TEST(Ar, LimitsTheNumberOfMembers) {
  std::vector<std::pair<std::string, std::string>> many(65, {"a", ""});
  auto members = read_ar(ar_bytes(many));
  ASSERT_FALSE(members);
  EXPECT_EQ(members.error().code, ErrorCode::limit);
}

}  // namespace
}  // namespace kiln

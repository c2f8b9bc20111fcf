// SPDX-License-Identifier: Apache-2.0
//
// GNU tar, bsdtar and Python's tarfile say what an archive of ours holds.
#include "base/files.hpp"
#include "base/process.hpp"
#include "codec/tar.hpp"
#include "support/result_matchers.hpp"
#include "support/shared_data.hpp"

#include <random>

namespace kiln {
namespace {

using testing::value;

struct Item {
  TarEntry entry;
  std::string content;
};

std::string tar_of(const std::vector<Item>& items) {
  MemorySink sink;
  TarWriter writer(sink);
  for (const Item& item : items) value(writer.add(item.entry, item.content));
  value(writer.finish());
  return sink.take();
}

// One entry of every kind, with every kind of extended value.
std::vector<Item> varied_items() {
  std::string capability("\x01\x00\x00\x02\x00\x20\x00\x00", 8);
  return {
      {{.path = "usr", .type = TarType::directory, .mode = 0755, .mtime = 1'700'000'000}, ""},
      {{.path = "usr/file", .mode = 04755, .uid = 1, .gid = 2, .mtime = 7, .size = 3}, "abc"},
      {{.path = "usr/hard", .type = TarType::hard_link, .link = "usr/file"}, ""},
      {{.path = "usr/soft", .type = TarType::symlink, .mode = 0777, .link = "../target"}, ""},
      {{.path = "dev/null",
        .type = TarType::character_device,
        .device_major = 1,
        .device_minor = 3},
       ""},
      {{.path = "dev/loop0", .type = TarType::block_device, .device_major = 7}, ""},
      {{.path = "pipe", .type = TarType::fifo, .mode = 0600}, ""},
      {{.path = "split/" + std::string(90, 'a') + "/" + std::string(99, 'b'), .size = 1}, "x"},
      {{.path = "long/" + std::string(200, 'c'), .size = 1}, "y"},
      {{.path = "far", .type = TarType::symlink, .link = std::string(150, 'd')}, ""},
      {{.path = "owner", .uid = 3'000'000, .gid = 4'294'967'295U}, ""},
      {{.path = "before", .mtime = -1}, ""},
      {{.path = "later", .mtime = 1LL << 34}, ""},
      {{.path = "caps", .xattrs = {{"security.capability", capability}, {"user.empty", ""}}}, ""},
      {{.path = "caf\xc3\xa9"}, ""},
  };
}

TEST(TarWriter, ReaderGivesBackEveryEntry) {
  auto items = varied_items();
  std::string tar = tar_of(items);
  EXPECT_EQ(tar.size() % 512, 0U);
  TarReader reader(tar);
  for (Item& item : items) {
    auto found = value(reader.next());
    ASSERT_TRUE(found) << item.entry.path;
    EXPECT_EQ(reader.content(*found), item.content);
    item.entry.data_offset = found->data_offset;
    if (item.entry.type == TarType::directory) item.entry.path += '/';
    EXPECT_EQ(*found, item.entry) << item.entry.path;
  }
  EXPECT_FALSE(value(reader.next()));
}

TEST(TarWriter, PlainEntriesAreOneBlockEach) {
  EXPECT_EQ(value(TarWriter::header_bytes({.path = "a"})).size(), 512U);
  EXPECT_EQ(value(TarWriter::header_bytes({.path = std::string(100, 'a')})).size(), 512U);
  EXPECT_EQ(value(TarWriter::header_bytes({.path = std::string(101, 'a')})).size(), 1536U);
  EXPECT_EQ(TarWriter::padding_for(0).size(), 0U);
  EXPECT_EQ(TarWriter::padding_for(1).size(), 511U);
  EXPECT_EQ(TarWriter::padding_for(512).size(), 0U);
}

TEST(TarWriter, PythonReadsTheSameValues) {
  constexpr const char* script = R"(
import sys, io, tarfile
tar = tarfile.open(fileobj=io.BytesIO(sys.stdin.buffer.read()), errorlevel=2)
for m in tar:
    x = {k: v for k, v in m.pax_headers.items() if k.startswith('SCHILY')}
    body = tar.extractfile(m).read().decode() if m.isreg() else ''
    print(m.type.decode(), oct(m.mode), m.uid, m.gid, int(m.mtime), m.size, m.devmajor, m.devminor,
          m.name.encode('utf8', 'surrogateescape').hex(), m.linkname or '-', len(x), body, m.uname + m.gname)
)";
  auto items = varied_items();
  auto run = run_process({{"python3", "-c", script}, tar_of(items), {}, {}});
  if (!run) GTEST_SKIP() << "python3 is not installed";
  ASSERT_EQ(run->exit_code, 0) << run->error_output;
  std::string expected;
  for (const Item& item : items) {
    const TarEntry& entry = item.entry;
    expected +=
        fmt::format("{} 0o{:o} {} {} {} {} {} {} {} {} {} {} \n", static_cast<int>(entry.type),
                    entry.mode, entry.uid, entry.gid, entry.mtime, entry.size, entry.device_major,
                    entry.device_minor, to_hex(entry.path), entry.link.empty() ? "-" : entry.link,
                    entry.xattrs.size(), item.content);
  }
  EXPECT_EQ(run->output, expected);
}

class TarTools : public ::testing::TestWithParam<const char*> {};

TEST_P(TarTools, ExtractWhatWasWritten) {
  std::vector<Item> items;
  for (Item& item : varied_items())
    if (item.entry.type != TarType::character_device && item.entry.type != TarType::block_device &&
        item.entry.xattrs.empty() && item.entry.uid == 0 && item.entry.mtime >= 0 &&
        item.entry.mtime < 1LL << 32)
      items.push_back(item);
  items.insert(items.begin(), {{.path = "usr/file", .mode = 0640, .size = 3}, "abc"});
  auto directory = value(TemporaryDirectory::create());
  auto run = run_process(
      {{GetParam(), "-xpf", "-", "--no-same-owner"}, tar_of(items), {}, directory.path().string()});
  if (!run) GTEST_SKIP() << GetParam() << " is not installed";
  ASSERT_EQ(run->exit_code, 0) << run->error_output;
  EXPECT_EQ(run->error_output, "");
  for (const Item& item : items) {
    Path path = directory.path() / item.entry.path;
    if (item.entry.type == TarType::file) {
      EXPECT_EQ(value(read_file(path)), item.content) << path;
      EXPECT_EQ(static_cast<uint32_t>(std::filesystem::status(path).permissions()),
                item.entry.mode);
    }
    if (item.entry.type == TarType::symlink) {
      EXPECT_EQ(std::filesystem::read_symlink(path).string(), item.entry.link);
    }
  }
  EXPECT_EQ(std::filesystem::hard_link_count(directory.path() / "usr/hard"), 2U);
}

TEST_P(TarTools, ListEveryEntryWithoutComplaint) {
  auto items = varied_items();
  auto run = run_process({{GetParam(), "-tf", "-"}, tar_of(items), {{"LC_ALL=C.UTF-8"}}, {}});
  if (!run) GTEST_SKIP() << GetParam() << " is not installed";
  ASSERT_EQ(run->exit_code, 0) << run->error_output;
  EXPECT_EQ(run->error_output, "");
  EXPECT_EQ(static_cast<size_t>(std::ranges::count(run->output, '\n')), items.size());
}

INSTANTIATE_TEST_SUITE_P(Tools, TarTools, ::testing::Values("tar", "bsdtar"));

TEST(TarWriter, RandomEntriesComeBack) {
  std::mt19937_64 random(testing::fresh_seed());
  auto name = [&](size_t most) {
    std::string text;
    for (size_t i = 1 + random() % most; i > 0; --i)
      text += random() % 12 == 0 ? '/' : static_cast<char>(1 + random() % 255);
    return text + "x";
  };
  for (int round = 0; round < 500; ++round) {
    TarEntry entry{.path = name(400),
                   .mode = static_cast<uint32_t>(random() % 010000),
                   .uid = static_cast<uint32_t>(random() >> random() % 64),
                   .gid = static_cast<uint32_t>(random() >> random() % 64),
                   .mtime = static_cast<int64_t>(random()) >> (2 + random() % 60)};
    if (random() % 2 == 0) {
      entry.type = TarType::symlink;
      entry.link = name(300);
    }
    if (random() % 4 == 0) entry.xattrs["user." + std::to_string(random())] = name(2000);
    std::string tar = tar_of({{entry, ""}});
    TarReader reader(tar);
    auto found = value(reader.next());
    ASSERT_TRUE(found);
    entry.data_offset = found->data_offset;
    EXPECT_EQ(*found, entry);
  }
}

TEST(TarWriter, RefusesWhatNoArchiveCanHold) {
  for (const TarEntry& entry :
       std::vector<TarEntry>{{.path = ""},
                             {.path = std::string("a\0b", 3)},
                             {.path = std::string(4097, 'a')},
                             {.path = "file/"},
                             {.path = "a", .mode = 010000},
                             {.path = "a", .type = TarType::symlink},
                             {.path = "a", .type = TarType::directory, .size = 1},
                             {.path = "a", .type = TarType::block_device, .device_major = 1U << 21},
                             {.path = "a", .xattrs = {{"user=", ""}}},
                             {.path = "a", .xattrs = {{"user.a", std::string(1 << 20, 'x')}}}})
    EXPECT_FALSE(TarWriter::header_bytes(entry)) << entry.path;
  MemorySink sink;
  EXPECT_FALSE(TarWriter(sink).add({.path = "a", .size = 2}, "abc"));
}

TEST(TarWriter, ALargeFileHasItsSizeInTheExtendedHeader) {
  std::string blocks = value(TarWriter::header_bytes({.path = "big", .size = 1ULL << 33}));
  EXPECT_NE(blocks.find("19 size=8589934592\n"), blocks.npos);
  EXPECT_EQ(value(TarWriter::header_bytes({.path = "big", .size = (1ULL << 33) - 1})).size(), 512U);
}

}  // namespace
}  // namespace kiln

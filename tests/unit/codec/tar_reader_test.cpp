// SPDX-License-Identifier: Apache-2.0
#include "base/files.hpp"
#include "base/process.hpp"
#include "codec/tar.hpp"
#include "support/result_matchers.hpp"
#include "support/shared_data.hpp"

#include <random>

namespace kiln {
namespace {

using testing::value;

Result<std::vector<TarEntry>> entries_of(std::string_view tar, TarEnd end = TarEnd::required) {
  TarReader reader(tar, end);
  std::vector<TarEntry> entries;
  while (auto entry = TRY(reader.next())) entries.push_back(std::move(*entry));
  return entries;
}

std::string header(const TarEntry& entry) {
  return value(TarWriter::header_bytes(entry));
}

// Puts text into a header block and makes its checksum right again.
std::string patched(std::string block, size_t at, std::string_view text) {
  block.replace(at, text.size(), text);
  block.replace(148, 8, 8, ' ');
  unsigned sum = 0;
  for (unsigned char byte : block.substr(0, 512)) sum += byte;
  char digits[8];
  std::snprintf(digits, sizeof digits, "%06o", sum);
  return block.replace(148, 7, digits, 7);
}

std::string patched_file(size_t at, std::string_view text) {
  return patched(header({.path = "file"}), at, text);
}

// An extension of one of the types x, g, L, K with its body.
std::string extension(char type, const std::string& body) {
  std::string block =
      patched(header({.path = "ext", .size = body.size()}), 156, std::string(1, type));
  return block + body + std::string(TarWriter::padding_for(body.size()));
}

std::string with_end(const std::string& blocks) {
  return blocks + std::string(TarWriter::k_end_of_archive);
}

void expect_refused(const std::string& tar, ErrorCode code = ErrorCode::corrupt) {
  auto memory = entries_of(tar);
  ASSERT_FALSE(memory);
  EXPECT_EQ(memory.error().code, code) << memory.error().str();
  MemorySource source(tar);
  TarStream stream(source);
  while (true) {
    auto entry = stream.next();
    if (!entry) {
      EXPECT_EQ(entry.error().code, code) << entry.error().str();
      return;
    }
    ASSERT_TRUE(*entry) << "the stream accepts what memory refuses";
  }
}

class ToolTars : public ::testing::TestWithParam<std::vector<std::string>> {};

TEST_P(ToolTars, AreReadAsTheyWereWritten) {
  auto directory = value(TemporaryDirectory::create());
  Path tree = directory.path() / "tree";
  std::string long_name = std::string(90, 'd') + "/" + std::string(90, 'e');
  std::string target(150, 't');
  if (GetParam().back() == "--format=v7") long_name = "d/e";
  if (GetParam().back() == "--format=v7" || GetParam().back() == "--format=ustar") target = "t";
  ASSERT_OK(make_directories(tree / Path(long_name).parent_path()));
  std::string content(1234, 'k');
  ASSERT_OK(write_file(tree / long_name, content, 0640));
  std::filesystem::permissions(tree / long_name, std::filesystem::perms(0640));
  ASSERT_OK(write_file(tree / "short", "abc", 0644));
  std::filesystem::create_hard_link(tree / "short", tree / "hard");
  std::filesystem::create_symlink(target, tree / "soft");

  std::vector<std::string> command = GetParam();
  std::string parent = Path(long_name).parent_path().string();
  for (const std::string& argument :
       {std::string("--no-recursion"), std::string("-C"), tree.string(), std::string("-cf"),
        std::string("-"), std::string("short"), long_name, std::string("hard"), std::string("soft"),
        parent})
    command.push_back(argument);
  auto run = run_process({command, {}, {}, {}});
  if (!run) GTEST_SKIP() << command[0] << " is not installed";
  ASSERT_EQ(run->exit_code, 0) << run->error_output;

  auto entries = value(entries_of(run->output));
  ASSERT_EQ(entries.size(), 5U);
  EXPECT_EQ(entries[0].path, "short");
  EXPECT_EQ(entries[0].size, 3U);
  EXPECT_EQ(entries[1].path, long_name);
  EXPECT_EQ(entries[1].type, TarType::file);
  EXPECT_EQ(entries[1].mode, 0640U);
  EXPECT_EQ(TarReader(run->output).content(entries[1]), content);
  EXPECT_EQ(entries[2].type, TarType::hard_link);
  EXPECT_EQ(entries[2].link, "short");
  EXPECT_EQ(entries[2].size, 0U);
  EXPECT_EQ(entries[3].type, TarType::symlink);
  EXPECT_EQ(entries[3].link, target);
  EXPECT_EQ(entries[4].type, TarType::directory);
  EXPECT_EQ(entries[4].path, parent + "/");
}

INSTANTIATE_TEST_SUITE_P(Formats, ToolTars,
                         ::testing::Values(std::vector<std::string>{"tar", "--format=v7"},
                                           std::vector<std::string>{"tar", "--format=ustar"},
                                           std::vector<std::string>{"tar", "--format=oldgnu"},
                                           std::vector<std::string>{"tar", "--format=gnu"},
                                           std::vector<std::string>{"tar", "--format=pax"},
                                           std::vector<std::string>{"bsdtar", "--format=gnutar"},
                                           std::vector<std::string>{"bsdtar", "--format=pax"}));

TEST(TarReader, ReadsTheOddValuesThatPythonWrites) {
  constexpr const char* script = R"(
import io, sys, tarfile
for format in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
    out = io.BytesIO()
    tar = tarfile.open(fileobj=out, mode='w', format=format)
    info = tarfile.TarInfo('b' * 300 + '/big')
    info.uid, info.gid, info.mtime, info.mode, info.size = 4000000000, 3000000, -5, 0o4711, 3
    if format == tarfile.PAX_FORMAT:
        info.mtime = -4.5
        info.pax_headers = {'SCHILY.xattr.user.note': 'a=b\n', 'comment': 'ignored'}
    tar.addfile(info, io.BytesIO(b'abc'))
    device = tarfile.TarInfo('null')
    device.type, device.devmajor, device.devminor = tarfile.CHRTYPE, 1, 3
    tar.addfile(device)
    fifo = tarfile.TarInfo('fifo')
    fifo.type = tarfile.FIFOTYPE
    tar.addfile(fifo)
    tar.close()
    sys.stdout.buffer.write(out.getvalue())
)";
  auto run = run_process({{"python3", "-c", script}, {}, {}, {}});
  if (!run || run->exit_code != 0) GTEST_SKIP() << "python3 is not installed";
  std::string_view both = run->output;
  ASSERT_EQ(both.size() % 2, 0U);
  for (bool is_pax : {false, true}) {
    std::string_view tar = is_pax ? both.substr(both.size() / 2) : both.substr(0, both.size() / 2);
    auto entries = value(entries_of(tar));
    ASSERT_EQ(entries.size(), 3U);
    EXPECT_EQ(entries[0].path, std::string(300, 'b') + "/big");
    EXPECT_EQ(entries[0].uid, 4'000'000'000U);
    EXPECT_EQ(entries[0].gid, 3'000'000U);
    EXPECT_EQ(entries[0].mtime, -5);  // -4.5 rounded down
    EXPECT_EQ(entries[0].mode, 04711U);
    EXPECT_EQ(TarReader(tar).content(entries[0]), "abc");
    EXPECT_EQ(entries[0].xattrs.size(), is_pax ? 1U : 0U);
    EXPECT_EQ(entries[0].xattrs["user.note"], is_pax ? "a=b\n" : "");
    EXPECT_EQ(entries[1].type, TarType::character_device);
    EXPECT_EQ(entries[1].device_major, 1U);
    EXPECT_EQ(entries[1].device_minor, 3U);
    EXPECT_EQ(entries[2].type, TarType::fifo);
  }
}

TEST(TarReader, GlobalHeadersHoldUntilTakenBack) {
  std::string one = header({.path = "one"});
  std::string tar =
      with_end(extension('g', "11 mtime=7\n12 uid=1000\n") + one + extension('x', "11 mtime=8\n") +
               one + extension('x', "7 uid=\n") + one + extension('g', "9 mtime=\n") + one);
  auto entries = value(entries_of(tar));
  ASSERT_EQ(entries.size(), 4U);
  std::vector<int64_t> times;
  std::vector<uint32_t> owners;
  for (const TarEntry& entry : entries) {
    times.push_back(entry.mtime);
    owners.push_back(entry.uid);
  }
  EXPECT_THAT(times, ::testing::ElementsAre(7, 8, 7, 0));
  EXPECT_THAT(owners, ::testing::ElementsAre(1000, 1000, 0, 1000));
}

TEST(TarReader, ThePaxSizeDecidesWhereTheNextHeaderIs) {
  // A reader that goes by the ustar size would find an entry inside the content.
  std::string hidden = header({.path = "hidden"});
  std::string tar = with_end(extension('x', "12 size=512\n") + header({.path = "outer"}) + hidden);
  auto entries = value(entries_of(tar));
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].size, 512U);
  EXPECT_EQ(TarReader(tar).content(entries[0]), hidden);
}

TEST(TarReader, RefusesEveryTruncation) {
  std::string tar = extension('x', "11 mtime=7\n") + header({.path = "f", .size = 600}) +
                    std::string(1024, 'x') + std::string(512, '\0');
  EXPECT_OK(entries_of(tar));
  for (size_t size = 0; size < tar.size(); size += 61) expect_refused(tar.substr(0, size));
  expect_refused(tar.substr(0, tar.size() - 512));
  EXPECT_OK(entries_of(tar.substr(0, tar.size() - 512), TarEnd::optional));
  EXPECT_FALSE(entries_of(tar.substr(0, 1024), TarEnd::optional));
}

TEST(TarReader, RefusesDamagedHeaders) {
  std::string good = header({.path = "file"});
  EXPECT_OK(entries_of(with_end(good)));
  std::string flipped = good;
  flipped[0] ^= 1;
  expect_refused(with_end(flipped));
  expect_refused(with_end(patched_file(0, std::string(4, '\0'))));  // no name
  expect_refused(with_end(patched_file(124, "99999999999")));       // not octal
  expect_refused(with_end(patched_file(124, "77777777777")));       // not there
  expect_refused(with_end(patched_file(124, "0000001 001")));       // two numbers
  expect_refused(with_end(patched_file(108, "-000001")));           // negative
  expect_refused(with_end(patched_file(124, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")));
  expect_refused(with_end(patched_file(124, "\x80\x7f\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")));
  expect_refused(with_end(patched_file(0, "file/")));
  expect_refused(
      with_end(patched(header({.path = "d", .type = TarType::directory}), 124, "00000001000")));
  expect_refused(with_end(patched_file(156, "2")));  // a link to nothing
  expect_refused(std::string(10240, 'x'));
}

TEST(TarReader, RefusesWhatItDoesNotRead) {
  for (char type : {'S', 'M', 'V', 'D', 'A', '8'})
    expect_refused(with_end(patched_file(156, std::string(1, type))), ErrorCode::unsupported);
  std::string file = header({.path = "file"});
  expect_refused(with_end(extension('x', "22 GNU.sparse.major=1\n") + file),
                 ErrorCode::unsupported);
  expect_refused(with_end(extension('g', "25 SCHILY.xattr.user.a=b\n") + file),
                 ErrorCode::unsupported);
}

TEST(TarReader, RefusesDamagedExtensions) {
  std::string file = header({.path = "file"});
  for (const char* body :
       {"11 mtime=7", "12 mtime=7\n", "10 mtime=7\n", "x mtime=7\n", "8 mtime\n", "0 \n", "3 \n",
        "99999999 mtime=7\n", "11 mtime=x\n", "13 mtime=1.x\n", "12 mtime=1.\n", "10 size=-1\n",
        "18 uid=4294967296\n", "28 size=9223372036854775808\n", "18 SCHILY.xattr.=\n"})
    expect_refused(with_end(extension('x', body) + file));
  expect_refused(with_end(extension('x', std::string("11 path=a\0b\n", 11)) + file));
  expect_refused(with_end(extension('x', "") + extension('x', "") + file));
  expect_refused(with_end(extension('x', "") + extension('g', "") + file));
  expect_refused(with_end(extension('L', "a") + extension('L', "b") + file));
  expect_refused(with_end(extension('L', "a") + extension('x', "10 path=b\n") + file));
  expect_refused(with_end(extension('L', "a")));
  expect_refused(extension('x', "") + file.substr(0, 100));
}

TEST(TarReader, LimitsNamesAndExtensions) {
  std::string file = header({.path = "file"});
  expect_refused(with_end(extension('L', std::string(4097, 'a')) + file), ErrorCode::limit);
  EXPECT_OK(entries_of(with_end(extension('L', std::string(4096, 'a')) + file)));
  expect_refused(
      with_end(
          extension('x', "4106 path=" + std::string(4097, 'a') + "\n").replace(512, 4, "4108") +
          file),
      ErrorCode::limit);
  expect_refused(with_end(extension('x', std::string((1 << 20) + 1, 'a')) + file),
                 ErrorCode::limit);
}

TEST(TarReader, RefusesBytesBehindTheEnd) {
  std::string file = header({.path = "file"});
  EXPECT_OK(entries_of(with_end(file) + std::string(8192, '\0')));
  EXPECT_OK(entries_of(with_end(file) + std::string(3, '\0')));
  expect_refused(with_end(file) + file);
  expect_refused(file + std::string(512, '\0') + file);
}

TEST(TarStream, AgreesWithTheReaderInMemory) {
  std::mt19937_64 random(testing::fresh_seed());
  std::string tar;
  for (int i = 0; i < 200; ++i) {
    std::string content(random() % 3 == 0 ? random() % 200'000 : random() % 700, 'c');
    TarEntry entry{.path = std::string(1 + random() % 300, 'p'), .size = content.size()};
    tar += header(entry) + content + std::string(TarWriter::padding_for(content.size()));
  }
  tar = with_end(tar);
  TarReader reader(tar);
  MemorySource source(tar);
  TarStream stream(source);
  while (true) {
    auto expected = value(reader.next());
    auto found = value(stream.next());
    ASSERT_EQ(expected, found);
    if (!found) break;
    switch (random() % 3) {
      case 0:
        break;  // not read at all
      case 1: {
        char byte = 0;
        EXPECT_EQ(value(stream.read(&byte, 1)), found->size > 0 ? 1U : 0U);
        break;
      }
      default:
        EXPECT_TRUE(value(read_all(stream, 1 << 20)) == reader.content(*expected));
    }
  }
  EXPECT_FALSE(value(stream.next()));
}

}  // namespace
}  // namespace kiln

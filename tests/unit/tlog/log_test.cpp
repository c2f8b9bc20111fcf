// SPDX-License-Identifier: Apache-2.0
#include "evidence/tlog/log.hpp"

#include "scratch_log.hpp"

#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::tlog {
namespace {

using testing::expect_proven;
using testing::numbered;
using testing::ScratchLog;
using testing::value;

TEST(Log, ProvesWhatItTook) {
  ScratchLog scratch;
  Log log = scratch.open();
  uint64_t count = 0;
  std::string last = log.checkpoint().note.str();
  for (uint64_t batch : {1U, 10U, 245U, 300U, 3U}) {
    std::vector<std::string> entries = numbered(count, batch);
    std::vector<Appended> added = value(log.append(entries));
    ASSERT_EQ(added.size(), batch);
    for (size_t i = 0; i < batch; ++i) {
      EXPECT_EQ(added[i].index, count + i);
      expect_proven(added[i], entries[i], log.settings());
    }
    Checkpoint before = value(SignedCheckpoint::parse(last)).checkpoint;
    Checkpoint after = log.checkpoint().checkpoint;
    EXPECT_OK(verify_consistency(before.size, before.root, after.size, after.root,
                                 value(log.consistency(before.size, after.size))));
    last = log.checkpoint().note.str();
    EXPECT_EQ(value(scratch.tiles()->checkpoint()), last);
    count += batch;
  }
  EXPECT_EQ(value(log.entries(200, 300)), numbered(200, 300));
  EXPECT_EQ(value(log.entries(550, 300)), numbered(550, 9));
  EXPECT_TRUE(value(log.entries(600, 3)).empty());
}

TEST(Log, GoesOnAfterItWasClosed) {
  ScratchLog scratch;
  for (uint64_t i = 0; i < 200; ++i) {  // past where the journal is emptied
    Log log = scratch.open();
    ASSERT_EQ(log.size(), 2 * i);
    expect_proven(value(log.append(numbered(2 * i, 2)))[1], numbered(2 * i + 1, 1)[0],
                  log.settings());
  }
  Log log = scratch.open();
  for (uint64_t i = 0; i < 400; i += 37)
    expect_proven(value(log.prove(i)), numbered(i, 1)[0], log.settings());
  EXPECT_FALSE(log.prove(400));
}

TEST(Log, RemovesPartialTilesOnceTheFullOnesAreDurable) {
  ScratchLog scratch;
  Log log = scratch.open();
  value(log.append(numbered(0, 100)));
  value(log.append(numbered(100, 200)));
  Path tree = tree_of(scratch.place.directory);
  EXPECT_TRUE(std::filesystem::exists(tree / "tile/0/000.p/100"));
  EXPECT_OK(log.settle());
  EXPECT_FALSE(std::filesystem::exists(tree / "tile/0/000.p"));
  EXPECT_FALSE(std::filesystem::exists(tree / "tile/entries/000.p"));
  EXPECT_TRUE(std::filesystem::exists(tree / "tile/0/000"));
  EXPECT_TRUE(std::filesystem::exists(tree / "tile/0/001.p/44"));
  EXPECT_TRUE(std::filesystem::exists(tree / "tile/1/000.p/1"));
}

TEST(Log, HasOneWriterAtATime) {
  ScratchLog scratch;
  LogPlace impatient = scratch.place;
  impatient.patience = std::chrono::milliseconds(0);
  {
    Log log = scratch.open();
    EXPECT_EQ(Log::open(impatient, scratch.key).error().code, ErrorCode::io);
  }
  EXPECT_TRUE(Log::open(impatient, scratch.key));
  std::vector<std::future<void>> writers;
  for (int i = 0; i < 4; ++i)
    writers.push_back(std::async(std::launch::async, [&] {
      for (int j = 0; j < 5; ++j) value(scratch.open().append(numbered(0, 3)));
    }));
  for (auto& writer : writers) writer.get();
  EXPECT_EQ(scratch.open().size(), 60U);
}

TEST(Log, RefusesAnotherKeyAndASecondBeginning) {
  ScratchLog scratch;
  PrivateKey other = PrivateKey::generate(KeyAlgorithm::ed25519);
  EXPECT_EQ(Log::open(scratch.place, other).error().code, ErrorCode::bad_input);
  LogSettings settings = value(LogSettings::tiles("log.example", scratch.key.public_key()));
  EXPECT_EQ(Log::create(scratch.place, settings, scratch.key).error().code, ErrorCode::bad_input);
  LogPlace nowhere{.directory = scratch.directory.path() / "none"};
  EXPECT_EQ(Log::open(nowhere, other).error().code, ErrorCode::not_found);
}

TEST(Log, RefusesAnEntryThatNoBundleCanHold) {
  ScratchLog scratch;
  Log log = scratch.open();
  std::vector<std::string> entries = {std::string(65536, 'x')};
  EXPECT_EQ(log.append(entries).error().code, ErrorCode::limit);
  entries = {std::string(65535, 'x'), ""};
  EXPECT_TRUE(log.append(entries));
}

TEST(Log, RefusesToStartWhenTilesAndCheckpointDisagree) {
  for (const char* name : {"tile/0/000.p/9", "tile/entries/000.p/9", "checkpoint"}) {
    for (const char* boot : {"same", "another"}) {
      ScratchLog scratch;
      scratch.place.boot = "same";
      {
        Log log = scratch.open();
        value(log.append(numbered(0, 9)));
        EXPECT_OK(log.settle());
      }
      Path path = tree_of(scratch.place.directory) / name;
      std::string bytes = value(read_file(path));
      char& letter = bytes[bytes.size() / 4];  // in the checkpoint: of the root hash
      letter = letter == 'A' ? 'B' : 'A';
      value(write_file(path, bytes));
      scratch.place.boot = boot;
      Result<Log> opened = Log::open(scratch.place, scratch.key);
      ASSERT_FALSE(opened) << name;
      EXPECT_EQ(opened.error().code, ErrorCode::corrupt) << opened.error().str();
    }
  }
}

TEST(Log, RefusesACheckpointThatPromisesMoreThanTheJournal) {
  ScratchLog scratch;
  Path copy = scratch.directory.path() / "copy";
  std::filesystem::copy(scratch.place.directory, copy, std::filesystem::copy_options::recursive);
  value(scratch.open().append(numbered(0, 3)));
  LogPlace old{.directory = copy};
  std::filesystem::copy_file(tree_of(scratch.place.directory) / "checkpoint",
                             tree_of(copy) / "checkpoint",
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(Log::open(old, scratch.key).error().code, ErrorCode::corrupt);
}

TEST(Log, RefusesAnotherHistoryOfTheSameKey) {
  ScratchLog scratch;
  Path copy = scratch.directory.path() / "copy";
  std::filesystem::copy(scratch.place.directory, copy, std::filesystem::copy_options::recursive);
  LogPlace fork{.directory = copy};
  value(value(Log::open(fork, scratch.key)).append(numbered(7, 2)));
  value(scratch.open().append(numbered(0, 3)));
  std::filesystem::copy_file(tree_of(copy) / "checkpoint",
                             tree_of(scratch.place.directory) / "checkpoint",
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(Log::open(scratch.place, scratch.key).error().code, ErrorCode::corrupt);
}

TEST(Log, KeepsWitnessesLinesUntilItGrows) {
  ScratchLog scratch;
  Log log = scratch.open();
  value(log.append(numbered(0, 3)));
  NoteSignature line{"witness.example", 7, "not checked here"};
  std::string text = value(log.add_cosignatures({&line, 1}));
  EXPECT_EQ(value(Note::parse(text)).signatures.size(), 2U);
  EXPECT_EQ(value(log.add_cosignatures({&line, 1})), text);
  EXPECT_EQ(value(scratch.tiles()->checkpoint()), text);
}

TEST(Log, InTheFormOfRekorV1HasOneSignatureAndItsOrigin) {
  ScratchLog scratch;
  PrivateKey key = PrivateKey::generate(KeyAlgorithm::ecdsa_p256);
  LogPlace place{.directory = scratch.directory.path() / "v1"};
  LogSettings settings =
      value(LogSettings::rekor_v1("rekor.example", 1193050959916656506, key.public_key()));
  value(Log::create(place, settings, key));
  Log log = value(Log::open(place, key));
  expect_proven(value(log.append(numbered(0, 1)))[0], "entry 0", settings);
  EXPECT_EQ(log.checkpoint().checkpoint.origin, "rekor.example - 1193050959916656506");
  EXPECT_EQ(log.checkpoint().note.signatures.size(), 1U);
  NoteSignature line{"witness.example", 7, "x"};
  EXPECT_EQ(log.add_cosignatures({&line, 1}).error().code, ErrorCode::unsupported);
}

}  // namespace
}  // namespace kiln::tlog

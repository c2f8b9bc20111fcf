// SPDX-License-Identifier: Apache-2.0
//
// Two stages of a stream on two threads: decompressing runs while what came out is hashed.
#pragma once
#include "base/bytes.hpp"

#include <array>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

namespace kiln {

// Gives what `from` gives, which it reads on a thread of its own, a few blocks ahead of the reader.
// `from` must outlive it and not be used meanwhile. An error comes where it would without.
class ReadAhead final : public Source {
 public:
  explicit ReadAhead(Source& from);
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;
  // Waits for the read that is under way, if any.
  ~ReadAhead() override;

  Result<size_t> read(char* buffer, size_t size) override;

 private:
  struct Block {
    std::vector<char> bytes;
    size_t filled = 0;
  };

  void fill_blocks();
  Result<> fill(Block& block);

  Source& from_;
  std::array<Block, 8> blocks_;
  std::string_view rest_;  // of the block that the reader has; only for the reader

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  size_t filled_ = 0;   // count of blocks that were ever filled
  size_t emptied_ = 0;  // count of blocks that were ever read to their end
  bool stop_ = false;
  std::optional<Result<>> end_;  // how it ended, behind the blocks

  std::thread thread_;
};

}  // namespace kiln

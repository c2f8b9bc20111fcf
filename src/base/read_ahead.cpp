// SPDX-License-Identifier: Apache-2.0
#include "base/read_ahead.hpp"

namespace kiln {

namespace {

constexpr size_t k_block = 256 * 1024;  // bytes

}  // namespace

ReadAhead::ReadAhead(Source& from) : from_(from), thread_([this] { fill_blocks(); }) {}

ReadAhead::~ReadAhead() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Result<size_t> ReadAhead::read(char* buffer, size_t size) {
  if (size == 0) return 0;
  if (rest_.empty()) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return emptied_ < filled_ || end_.has_value(); });
    if (emptied_ == filled_) {
      TRY(*end_);
      return 0;
    }
    const Block& block = blocks_[emptied_ % blocks_.size()];
    rest_ = {block.bytes.data(), block.filled};
  }
  size_t given = rest_.copy(buffer, size);
  rest_.remove_prefix(given);
  if (!rest_.empty()) return given;
  {
    std::lock_guard lock(mutex_);
    ++emptied_;
  }
  changed_.notify_all();
  return given;
}

// The thread's whole life.
void ReadAhead::fill_blocks() {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stop_ || filled_ - emptied_ < blocks_.size(); });
      if (stop_) return;
    }
    // Nobody else writes filled_, and the reader does not have this block.
    Block& block = blocks_[filled_ % blocks_.size()];
    Result<> filled = fill(block);
    bool ends = !filled || block.filled < k_block;
    {
      std::lock_guard lock(mutex_);
      if (block.filled > 0) ++filled_;
      if (ends) end_ = std::move(filled);
    }
    changed_.notify_all();
    if (ends) return;
  }
}

// A whole block, unless the source ends or fails.
Result<> ReadAhead::fill(Block& block) {
  block.bytes.resize(k_block);
  block.filled = 0;
  while (block.filled < k_block) {
    size_t got = TRY(from_.read(block.bytes.data() + block.filled, k_block - block.filled));
    if (got == 0) return {};
    block.filled += got;
  }
  return {};
}

}  // namespace kiln

// SPDX-License-Identifier: Apache-2.0
//
// Each layer is a line: chunks are compressed by whichever thread is free, in any order, and leave
// the line in their own order, hashed and written by the thread that brings the next one due.
// Chunks are handed out in the order in which they must leave, and only so many at a time, so what
// waits in memory is bounded and the chunk that a line waits for is always being made.
#include "image/press.hpp"

#include "base/threads.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

namespace kiln::image {

namespace {

constexpr uint64_t k_memory = 80U << 20;  // of chunks in the making, raw and compressed

struct Pressed {
  std::string raw;
  std::string packed;
};

struct Line {
  const Recipe* recipe = nullptr;
  size_t chunks = 0;
  std::mutex mutex;
  std::map<size_t, Pressed> waiting;
  size_t left = 0;  // chunks that have left
  bool busy = false;
  Sha256 tar_hash;
  std::optional<Store::Writer> writer;
  PressedLayer made;
};

struct Chunk {
  Line* line = nullptr;
  size_t index = 0;
};

class Press {
 public:
  Press(const std::vector<const Recipe*>& recipes, const Encoder& encoder, World& world)
      : encoder_(encoder), world_(world) {
    for (const Recipe* recipe : recipes) {
      Line& line = lines_.emplace_back();
      line.recipe = recipe;
      line.chunks = (recipe->tar_size() + encoder.chunk_size - 1) / encoder.chunk_size;
    }
    order_chunks();
    in_flight_limit_ = std::clamp<size_t>(k_memory / (2 * encoder.chunk_size), 2,
                                          2 * std::max<size_t>(world.threads, 1) + 2);
  }

  Result<std::vector<PressedLayer>> run() {
    for (Line& line : lines_) TRY(line.recipe->add_payloads(payloads_, world_.store));
    size_t threads = std::clamp<size_t>(world_.threads, 1, in_flight_limit_);
    TRY(parallel_for(threads, threads, [this](size_t) { return work(); }));
    std::vector<PressedLayer> made;
    for (Line& line : lines_) made.push_back(line.made);
    return made;
  }

 private:
  // The first chunk of each line, then the second of each, so that lines move at the same pace.
  void order_chunks() {
    size_t longest = 0;
    for (const Line& line : lines_) longest = std::max(longest, line.chunks);
    for (size_t index = 0; index < longest; ++index)
      for (Line& line : lines_)
        if (index < line.chunks) chunks_.push_back({&line, index});
  }

  // One thread's share: until no chunk is left, or another thread failed.
  Result<> work() {
    while (std::optional<Chunk> chunk = next()) {
      Result<> done = press(*chunk);
      if (!done) {
        stop_others();
        return done;
      }
    }
    return {};
  }

  // Waits until fewer than the allowed chunks are in the making.
  std::optional<Chunk> next() {
    std::unique_lock lock(mutex_);
    freed_.wait(lock, [this] { return in_flight_ < in_flight_limit_ || failed_; });
    if (failed_ || next_ == chunks_.size()) return std::nullopt;
    ++in_flight_;
    return chunks_[next_++];
  }

  void stop_others() {
    std::lock_guard lock(mutex_);
    failed_ = true;
    freed_.notify_all();
  }

  void release() {
    std::lock_guard lock(mutex_);
    --in_flight_;
    freed_.notify_all();
  }

  Result<> press(const Chunk& chunk) {
    TRY(check_stop(world_));
    const Recipe& recipe = *chunk.line->recipe;
    uint64_t begin = chunk.index * encoder_.chunk_size;
    uint64_t end = std::min<uint64_t>(begin + encoder_.chunk_size, recipe.tar_size());
    Pressed pressed;
    pressed.raw.reserve(end - begin);
    TRY(recipe.append_range(begin, end, payloads_, pressed.raw));
    ASSERT(pressed.raw.size() == end - begin);
    pressed.packed = encoder_.compress(pressed.raw);
    world_.progress.advance(pressed.raw.size());
    return hand_in(*chunk.line, chunk.index, std::move(pressed));
  }

  // Puts a chunk into its line and, unless another thread is at it, moves the line on.
  Result<> hand_in(Line& line, size_t index, Pressed pressed) {
    std::unique_lock lock(line.mutex);
    line.waiting.emplace(index, std::move(pressed));
    if (line.busy) return {};
    line.busy = true;
    for (auto due = line.waiting.begin(); due != line.waiting.end() && due->first == line.left;
         due = line.waiting.begin()) {
      Pressed chunk = std::move(due->second);
      line.waiting.erase(due);
      lock.unlock();
      TRY(let_go(line, chunk));
      release();
      lock.lock();
      ++line.left;
    }
    line.busy = false;
    if (line.left < line.chunks) return {};
    lock.unlock();
    return finish(line);
  }

  Result<> let_go(Line& line, const Pressed& chunk) {
    if (!line.writer) line.writer = TRY(world_.store.writer());
    line.tar_hash.update(chunk.raw);
    return line.writer->write(chunk.packed);
  }

  static Result<> finish(Line& line) {
    line.made.diff_id = line.tar_hash.finish();
    line.made.tar_size = line.recipe->tar_size();
    line.made.size = line.writer->size();
    line.made.digest = TRY(line.writer->commit());
    line.writer.reset();
    return {};
  }

  const Encoder& encoder_;
  World& world_;
  Payloads payloads_;
  std::deque<Line> lines_;
  std::vector<Chunk> chunks_;

  std::mutex mutex_;
  std::condition_variable freed_;
  size_t next_ = 0;
  size_t in_flight_ = 0;
  size_t in_flight_limit_ = 0;
  bool failed_ = false;
};

}  // namespace

Result<std::vector<PressedLayer>> press_layers(const std::vector<const Recipe*>& recipes,
                                               const Encoder& encoder, World& world) {
  uint64_t total = 0;
  for (const Recipe* recipe : recipes) total += recipe->tar_size();
  world.progress.add_total(total);
  return Press(recipes, encoder, world).run();
}

}  // namespace kiln::image

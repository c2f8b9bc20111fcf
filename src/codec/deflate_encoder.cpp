// SPDX-License-Identifier: Apache-2.0
#include "codec/deflate_encoder.hpp"

#include "base/result.hpp"
#include "codec/bit_writer.hpp"
#include "codec/deflate_block.hpp"
#include "codec/deflate_matches.hpp"
#include "codec/deflate_split.hpp"

#include <memory>
#include <span>

namespace kiln {

namespace {

using namespace deflate;

struct Workspace {
  MatchFinder finder;
  Parsed parsed;
};

// Room for every block as it is stored (see write_block): a block has at least k_segment bytes, but
// for the last.
size_t bound(size_t size) {
  size_t pieces = size / MatchFinder::k_segment + size / k_max_stored + 2;
  return size + 7 * pieces + BitWriter::k_slack;
}

void write_blocks(BitWriter& out, std::string_view input, Parsed& parsed) {
  std::span<const Sequence> sequences(parsed.sequences);
  for (Segment& block : parsed.segments) {
    bool last = block.bytes == input.size();
    write_block(out, input.substr(0, block.bytes), sequences.first(block.sequences),
                block.histogram, last);
    input.remove_prefix(block.bytes);
    sequences = sequences.subspan(block.sequences);
  }
}

}  // namespace

void append_deflated(std::string_view input, std::string& output) {
  ASSERT(input.size() <= k_deflate_max_input);
  thread_local std::unique_ptr<Workspace> own = std::make_unique<Workspace>();
  own->finder.parse(input, own->parsed);
  merge_into_blocks(own->parsed.segments);
  size_t before = output.size();
  output.resize_and_overwrite(before + bound(input.size()), [&](char* start, size_t) {
    BitWriter out(start + before);
    write_blocks(out, input, own->parsed);
    out.align();
    return before + out.bits() / 8;
  });
}

}  // namespace kiln

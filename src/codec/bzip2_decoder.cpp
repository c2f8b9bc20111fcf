// SPDX-License-Identifier: Apache-2.0
//
// bzip2 by its own library, any number of members.
#include "codec/decoder.hpp"

#include <algorithm>
#include <climits>

#include <bzlib.h>

namespace kiln {

namespace {

class Bzip2Decoder final : public Decoder {
 public:
  Bzip2Decoder() = default;
  ~Bzip2Decoder() override { end_member(); }
  Bzip2Decoder(const Bzip2Decoder&) = delete;
  Bzip2Decoder& operator=(const Bzip2Decoder&) = delete;

  Result<size_t> decode(std::string_view& input, std::span<char> output, bool) override {
    if (!inside_member_) {
      if (input.empty()) return 0;
      stream_ = bz_stream{};
      ASSERT(BZ2_bzDecompressInit(&stream_, 0, 0) == BZ_OK);
      inside_member_ = true;
    }
    auto given = static_cast<unsigned>(std::min<size_t>(input.size(), UINT_MAX));
    auto room = static_cast<unsigned>(std::min<size_t>(output.size(), UINT_MAX));
    // bzip2 does not write to its input, whatever its type says.
    stream_.next_in = const_cast<char*>(input.data());
    stream_.avail_in = given;
    stream_.next_out = output.data();
    stream_.avail_out = room;
    int status = BZ2_bzDecompress(&stream_);
    input.remove_prefix(given - stream_.avail_in);
    if (status == BZ_STREAM_END) {
      end_member();
      any_member_ = true;
    } else if (status != BZ_OK) {
      return fail_damaged("bzip2");
    }
    return room - stream_.avail_out;
  }
  bool complete() const override { return any_member_ && !inside_member_; }

 private:
  void end_member() {
    if (inside_member_) BZ2_bzDecompressEnd(&stream_);
    inside_member_ = false;
  }

  bz_stream stream_{};
  bool inside_member_ = false;
  bool any_member_ = false;
};

}  // namespace

std::unique_ptr<Decoder> make_bzip2_decoder() {
  return std::make_unique<Bzip2Decoder>();
}

}  // namespace kiln

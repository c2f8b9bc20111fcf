// SPDX-License-Identifier: Apache-2.0
#include "data/utf8.hpp"

#include "base/result.hpp"

#include <cstring>

namespace kiln {

namespace {

// The length of the well-formed sequence at `i`, 0 when there is none.
size_t sequence_length(std::string_view text, size_t i) {
  auto byte = [&](size_t k) -> unsigned {
    return i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0;
  };
  auto continues = [&](size_t k) { return (byte(k) & 0xC0) == 0x80; };
  unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  if (lead < 0xE0) return continues(1) ? 2 : 0;
  if (lead < 0xF0) {
    bool short_form = lead == 0xE0 && byte(1) < 0xA0;
    bool surrogate = lead == 0xED && byte(1) >= 0xA0;
    return continues(1) && continues(2) && !short_form && !surrogate ? 3 : 0;
  }
  bool short_form = lead == 0xF0 && byte(1) < 0x90;
  bool too_high = lead == 0xF4 && byte(1) >= 0x90;
  return continues(1) && continues(2) && continues(3) && !short_form && !too_high ? 4 : 0;
}

constexpr size_t k_stride = sizeof(uint64_t);

// Whether the next eight bytes are all ASCII, as nearly all are.
bool starts_with_ascii(std::string_view text, size_t i) {
  if (text.size() - i < k_stride) return false;
  uint64_t word = 0;
  std::memcpy(&word, text.data() + i, k_stride);
  return (word & 0x8080808080808080) == 0;
}

}  // namespace

std::optional<size_t> find_invalid_utf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    if (starts_with_ascii(text, i)) {
      i += k_stride;
      continue;
    }
    size_t length = sequence_length(text, i);
    if (length == 0) return i;
    i += length;
  }
  return std::nullopt;
}

void append_utf8(std::string& out, uint32_t code_point) {
  ASSERT(code_point <= 0x10FFFF && (code_point < 0xD800 || code_point > 0xDFFF));
  auto put = [&](uint32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  auto put_tail = [&](unsigned shift) { put(0x80 | ((code_point >> shift) & 0x3F)); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | (code_point >> 6));
    put_tail(0);
  } else if (code_point < 0x10000) {
    put(0xE0 | (code_point >> 12));
    put_tail(6);
    put_tail(0);
  } else {
    put(0xF0 | (code_point >> 18));
    put_tail(12);
    put_tail(6);
    put_tail(0);
  }
}

}  // namespace kiln

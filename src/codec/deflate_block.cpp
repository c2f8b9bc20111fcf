// SPDX-License-Identifier: Apache-2.0
//
// Literals have at most k_literal_limit bits, so that four of them, or a length and a distance with
// their extra bits, fit into the writer between two flushes.
#include "codec/deflate_block.hpp"

#include "codec/deflate_code_lengths.hpp"
#include "codec/huffman_code.hpp"

#include <algorithm>

namespace kiln::deflate {

namespace {

constexpr uint32_t k_literal_limit = 14;
constexpr uint32_t k_distance_limit = 15;
static_assert(4 * k_literal_limit <= BitWriter::k_room);
static_assert(k_literal_limit + 5 + k_distance_limit + 13 <= BitWriter::k_room);

enum class BlockType : uint8_t { stored = 0, fixed = 1, dynamic = 2 };

struct Codes {
  std::array<uint8_t, k_literal_symbols> literal_lengths{};
  std::array<uint8_t, k_distance_symbols> distance_lengths{};
  std::array<uint16_t, k_literal_symbols> literal_words{};
  std::array<uint16_t, k_distance_symbols> distance_words{};

  void make_words() {
    code_words(literal_lengths, literal_words);
    code_words(distance_lengths, distance_words);
  }
};

Codes fixed_codes() {
  Codes codes;
  for (size_t symbol = 0; symbol < k_literal_symbols; ++symbol) {
    uint8_t length = 8;
    if (symbol >= 144) length = 9;
    if (symbol >= 256) length = 7;
    if (symbol >= 280) length = 8;
    codes.literal_lengths[symbol] = length;
  }
  codes.distance_lengths.fill(5);
  codes.make_words();
  return codes;
}

Codes codes_for(const Histogram& histogram) {
  Codes codes;
  code_lengths(histogram.literals, k_literal_limit, codes.literal_lengths);
  code_lengths(histogram.distances, k_distance_limit, codes.distance_lengths);
  codes.make_words();
  return codes;
}

// The bits of the block's contents, without extra bits, which are the same with all codes.
uint64_t symbol_bits(const Histogram& histogram, const Codes& codes) {
  uint64_t bits = 0;
  for (size_t i = 0; i < k_literal_symbols; ++i)
    bits += uint64_t{histogram.literals[i]} * codes.literal_lengths[i];
  for (size_t i = 0; i < k_distance_symbols; ++i)
    bits += uint64_t{histogram.distances[i]} * codes.distance_lengths[i];
  return bits;
}

uint64_t extra_bits(const Histogram& histogram) {
  uint64_t bits = 0;
  for (uint32_t symbol = 265; symbol < 285; ++symbol)
    bits += uint64_t{histogram.literals[symbol]} * ((symbol - 261) / 4);
  for (uint32_t symbol = 0; symbol < k_distance_symbols; ++symbol)
    bits += uint64_t{histogram.distances[symbol]} * distance_extra_bits(symbol);
  return bits;
}

// The bits of a block stored from where the writer is, which depends on how the bytes lie there.
uint64_t stored_bits(const BitWriter& out, size_t size) {
  uint64_t pieces = std::max<uint64_t>(1, (size + k_max_stored - 1) / k_max_stored);
  uint64_t first = (out.bits() + 3 + 7) / 8 * 8 + 32;
  return first + (pieces - 1) * 40 + uint64_t{size} * 8 - out.bits();
}

void begin_block(BitWriter& out, BlockType type, bool last) {
  out.add((last ? 1U : 0U) | static_cast<uint32_t>(type) << 1, 3);
  out.flush();
}

void write_stored(BitWriter& out, std::string_view input, bool last) {
  do {
    std::string_view piece = input.substr(0, k_max_stored);
    input.remove_prefix(piece.size());
    begin_block(out, BlockType::stored, last && input.empty());
    out.align();
    auto size = static_cast<uint32_t>(piece.size());
    out.add(size | (~size & 0xffff) << 16, 32);
    out.flush();
    out.append(piece.data(), piece.size());
  } while (!input.empty());
}

struct Word {
  uint32_t bits = 0;
  uint32_t count = 0;
};

// The code of each length with its extra bits.
std::array<Word, k_length_symbols.size()> length_words(const Codes& codes) {
  std::array<Word, k_length_symbols.size()> words;
  for (size_t i = 0; i < words.size(); ++i) {
    const LengthSymbol& length = k_length_symbols[i];
    uint32_t code_length = codes.literal_lengths[length.symbol];
    words[i].bits = codes.literal_words[length.symbol] | uint32_t{length.extra} << code_length;
    words[i].count = code_length + length.extra_bits;
  }
  return words;
}

void write_sequences(BitWriter& writer, std::string_view input, std::span<const Sequence> sequences,
                     const Codes& codes) {
  std::array<Word, 256> literals;
  for (size_t i = 0; i < literals.size(); ++i)
    literals[i] = {codes.literal_words[i], codes.literal_lengths[i]};
  const std::array<Word, k_length_symbols.size()> lengths = length_words(codes);
  BitWriter out = writer;
  const auto* next = reinterpret_cast<const uint8_t*>(input.data());
  auto add = [&out](const Word& word) { out.add(word.bits, word.count); };
  for (const Sequence& sequence : sequences) {
    uint32_t left = sequence.literals;
    for (; left >= 4; left -= 4, next += 4) {
      for (size_t i = 0; i < 4; ++i) add(literals[next[i]]);
      out.flush();
    }
    for (; left > 0; --left) add(literals[*next++]);
    out.flush();
    if (sequence.length == 0) continue;
    uint32_t symbol = distance_symbol(sequence.distance);
    add(lengths[sequence.length - k_min_match]);
    out.add(codes.distance_words[symbol], codes.distance_lengths[symbol]);
    out.add(distance_extra(sequence.distance, symbol), distance_extra_bits(symbol));
    out.flush();
    next += sequence.length;
  }
  out.add(codes.literal_words[k_end_of_block], codes.literal_lengths[k_end_of_block]);
  out.flush();
  writer = out;
}

}  // namespace

void write_block(BitWriter& out, std::string_view input, std::span<const Sequence> sequences,
                 Histogram& histogram, bool last) {
  static const Codes fixed = fixed_codes();
  ++histogram.literals[k_end_of_block];
  const Codes dynamic = codes_for(histogram);
  const CodeDescription description(dynamic.literal_lengths, dynamic.distance_lengths);
  const uint64_t extra = 3 + extra_bits(histogram);
  const uint64_t fixed_size = extra + symbol_bits(histogram, fixed);
  const uint64_t dynamic_size = extra + symbol_bits(histogram, dynamic) + description.bits();
  if (stored_bits(out, input.size()) <= std::min(fixed_size, dynamic_size))
    return write_stored(out, input, last);
  if (fixed_size <= dynamic_size) {
    begin_block(out, BlockType::fixed, last);
    return write_sequences(out, input, sequences, fixed);
  }
  begin_block(out, BlockType::dynamic, last);
  description.write(out);
  write_sequences(out, input, sequences, dynamic);
}

}  // namespace kiln::deflate

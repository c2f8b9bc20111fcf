// SPDX-License-Identifier: Apache-2.0
//
// Bytes are std::string, views of them std::string_view: what files, archives and networks give.
// Source and Sink are the two ends of a stream; decoders are Sources over Sources, so that a
// package is read, decompressed and walked without temporary files and with bounded memory.
#pragma once
#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace kiln {

// Reads up to `size` bytes into `buffer`; 0 means the end, fewer than asked does not.
class Source {
 public:
  virtual ~Source() = default;
  virtual Result<size_t> read(char* buffer, size_t size) = 0;
};

// Takes bytes in the order they come. What a sink has taken when it fails is undefined.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual Result<> write(std::string_view bytes) = 0;
};

// Reads the bytes of a view, which must outlive it.
class MemorySource final : public Source {
 public:
  explicit MemorySource(std::string_view bytes) : rest_(bytes) {}
  Result<size_t> read(char* buffer, size_t size) override;

 private:
  std::string_view rest_;
};

// Collects at most `limit` bytes; one more is an error with ErrorCode::limit.
class MemorySink final : public Sink {
 public:
  explicit MemorySink(uint64_t limit = UINT64_MAX) : limit_(limit) {}
  Result<> write(std::string_view bytes) override;
  const std::string& bytes() const { return bytes_; }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
  uint64_t limit_;
};

// Fills all of `buffer`, or fails with ErrorCode::corrupt when the source ends before.
Result<> read_exactly(Source& source, char* buffer, size_t size);

// Everything a source still has, at most `limit` bytes.
Result<std::string> read_all(Source& source, uint64_t limit);

// Copies a source to its end into a sink and returns how many bytes that were.
Result<uint64_t> copy(Source& source, Sink& sink);

// Lower-case hexadecimal, and back. from_hex accepts both cases and fails on anything else.
std::string to_hex(std::string_view bytes);
Result<std::string> from_hex(std::string_view hex);

// Standard base64 with padding (RFC 4648 section 4). from_base64 skips nothing and takes the one
// canonical form of the bytes only.
std::string to_base64(std::string_view bytes);
Result<std::string> from_base64(std::string_view text);

}  // namespace kiln

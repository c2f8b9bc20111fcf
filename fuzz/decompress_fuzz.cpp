// SPDX-License-Identifier: Apache-2.0
//
// The first byte chooses the compression. No input gives more than the limit, and when both the
// stream and the fast path succeed they give the same bytes.
#include "codec/decompress.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr uint64_t limit = 1 << 20;
  if (size == 0) return 0;
  auto compression = static_cast<kiln::Compression>(data[0] % 6);
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  kiln::detect_compression(bytes);
  auto memory = kiln::decompress_all(compression, bytes, limit);
  kiln::MemorySource source(bytes);
  auto stream = kiln::read_all(*kiln::decompress(compression, source, limit), UINT64_MAX);
  if (memory && memory->size() > limit) std::abort();
  if (stream && stream->size() > limit) std::abort();
  if (memory && stream && *memory != *stream) std::abort();
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
//
// Whatever is encoded is read back by zlib as it was. Inputs of fuzzers are short, so the first
// byte says how often the rest is repeated: that reaches several blocks and the whole window.
#include "codec/decompress.hpp"
#include "codec/gzip_encoder.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::string input(rest.substr(0, kiln::k_gzip_chunk));
  for (unsigned i = 0; i < data[0] && input.size() + rest.size() <= kiln::k_gzip_chunk; ++i)
    input += rest.substr(i % 8 < rest.size() ? i % 8 : 0);
  std::string member = kiln::gzip_member(input);
  kiln::MemorySource source(member);
  auto back = kiln::read_all(*kiln::decompress(kiln::Compression::gzip, source, input.size()),
                             input.size());
  if (!back || *back != input) std::abort();
  return 0;
}

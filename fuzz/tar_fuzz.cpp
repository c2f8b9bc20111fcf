// SPDX-License-Identifier: Apache-2.0
//
// The reader in memory and the stream agree on every input, and what they accept can be written
// again and reads back the same. Checksums are made right first: they hide everything else from a
// fuzzer.
#include "codec/tar.hpp"
#include "codec/tar_format.hpp"

#include <cstdint>
#include <cstdlib>

#include <fmt/format.h>

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

std::string with_right_checksums(std::string tar) {
  using namespace kiln::tar_format;
  for (size_t at = 0; at + k_block <= tar.size(); at += k_block) {
    std::string_view block = std::string_view(tar).substr(at, k_block);
    if (block.find_first_not_of('\0') == block.npos) continue;
    tar.replace(at + k_checksum.at, k_checksum.size,
                fmt::format("{:06o}{}{}", checksum(block), '\0', ' '));
  }
  return tar;
}

void write_and_read_back(kiln::TarEntry entry) {
  entry.size = 0;
  auto header = kiln::TarWriter::header_bytes(entry);
  if (!header) return;
  std::string tar = *header + std::string(kiln::TarWriter::k_end_of_archive);
  kiln::TarReader reader(tar);
  auto again = reader.next();
  require(again && *again);
  if (entry.type == kiln::TarType::directory && !entry.path.ends_with('/')) entry.path += '/';
  entry.data_offset = (*again)->data_offset;
  require(**again == entry);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string tar =
      with_right_checksums(std::string(reinterpret_cast<const char*>(data), size));
  kiln::TarReader reader(tar);
  kiln::MemorySource source(tar);
  kiln::TarStream stream(source);
  while (true) {
    auto entry = reader.next();
    auto streamed = stream.next();
    if (!entry) break;  // the stream may still fail later, when it reaches what is missing
    require(streamed.has_value() && *entry == *streamed);
    if (!*entry) break;
    require(reader.content(**entry).size() == (*entry)->size);
    write_and_read_back(std::move(**entry));
  }
  return 0;
}

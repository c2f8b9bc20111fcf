// SPDX-License-Identifier: Apache-2.0
//
// Where the tar parser gets its bytes: memory, without copying, or a source, through a buffer.
// Only for the files of this folder.
#pragma once
#include "base/bytes.hpp"

#include <cstdint>
#include <memory>
#include <string_view>

namespace kiln {

class TarInput {
 public:
  virtual ~TarInput() = default;
  // Exactly `size` bytes, valid until the next call; nothing when the input is at its end.
  virtual Result<std::string_view> take(size_t size) = 0;
  // Passes over `size` bytes, all of which must be there.
  virtual Result<> skip(uint64_t size) = 0;
  // As Source::read.
  virtual Result<size_t> read(char* buffer, size_t size) = 0;
  // How many bytes were taken, skipped or read.
  virtual uint64_t offset() const = 0;
};

std::unique_ptr<TarInput> tar_input(std::string_view bytes);
std::unique_ptr<TarInput> tar_input(Source& source);

}  // namespace kiln

// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>

namespace kiln::model {

// What a path of an image is. A hard link shares the content and metadata of an earlier path.
enum class FileType : uint8_t {
  file,
  directory,
  symlink,
  hard_link,
  character_device,
  block_device,
  fifo,
};

std::string_view str(FileType type);

}  // namespace kiln::model

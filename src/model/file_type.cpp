// SPDX-License-Identifier: Apache-2.0
#include "model/file_type.hpp"

namespace kiln::model {

std::string_view str(FileType type) {
  switch (type) {
    case FileType::file:
      return "file";
    case FileType::directory:
      return "directory";
    case FileType::symlink:
      return "symlink";
    case FileType::hard_link:
      return "hard link";
    case FileType::character_device:
      return "character device";
    case FileType::block_device:
      return "block device";
    case FileType::fifo:
      return "fifo";
  }
  return "file";
}

}  // namespace kiln::model

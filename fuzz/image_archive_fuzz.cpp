// SPDX-License-Identifier: Apache-2.0
//
// Any file is an image archive or refused; of what is listed, every layer is read or refused, and
// what was read has the digest it was asked for. Checksums of tar headers are made right first.
#include "base/files.hpp"
#include "codec/tar_format.hpp"
#include "oci/archive_reader.hpp"

#include <cstddef>
#include <cstdint>

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

namespace {

std::string with_right_checksums(std::string tar) {
  using namespace kiln::tar_format;
  for (size_t at = 0; at + k_block <= tar.size(); at += k_block) {
    std::string_view block = std::string_view(tar).substr(at, k_block);
    if (block.substr(k_magic.at, 5) != "ustar") continue;
    tar.replace(at + k_checksum.at, k_checksum.size,
                fmt::format("{:06o}{}{}", checksum(block), '\0', ' '));
  }
  return tar;
}

kiln::Fd file_of(const std::string& bytes) {
  kiln::Fd file(::memfd_create("archive", MFD_CLOEXEC));
  ASSERT(file && kiln::write_all(file.get(), bytes));
  return file;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string tar(reinterpret_cast<const char*>(data), size);
  auto reader = kiln::oci::open_archive(file_of(with_right_checksums(std::move(tar))));
  if (!reader) return 0;
  auto images = kiln::oci::list_images(**reader);
  if (!images) return 0;
  for (const auto& image : *images)
    for (const auto& layer : image.manifest.layers) {
      auto stored = (*reader)->bytes(layer, 1U << 20);
      ASSERT(!stored || kiln::sha256(*stored) == layer.digest);
      auto source = (*reader)->open_layer(layer, 1U << 20);
      if (source) (void)kiln::read_all(**source, 1U << 20);
    }
  return 0;
}

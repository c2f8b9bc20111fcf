// SPDX-License-Identifier: Apache-2.0
//
// An apk of any bytes is refused, or gives control members and files that lie within its payload;
// a .PKGINFO of any text likewise gives words that can be parts of paths.
#include "base/files.hpp"
#include "codec/decompress.hpp"
#include "packages/apk/apk_file.hpp"
#include "packages/apk/package_info.hpp"
#include "packages/payload.hpp"

#include <cstddef>
#include <cstdint>

using namespace kiln::packages;
using namespace kiln::packages::apk;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (auto info = parse_package_info(bytes))
    ASSERT(info->id.name.find('/') == std::string::npos && !info->id.version.empty());
  auto parts = read_apk(bytes);
  if (!parts) return 0;
  (void)check_data(*parts);
  auto tar = kiln::decompress_all(kiln::Compression::gzip, parts->data, 1 << 20);
  if (!tar) return 0;
  auto files = read_payload(*tar);
  if (!files) return 0;
  for (const PackageFile& file : *files) {
    ASSERT(file.offset <= tar->size() && file.size <= tar->size() - file.offset);
    ASSERT(kiln::clean_path(file.path) == file.path);
  }
  return 0;
}

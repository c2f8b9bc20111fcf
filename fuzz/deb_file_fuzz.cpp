// SPDX-License-Identifier: Apache-2.0
//
// A .deb of any bytes is refused, or gives control members and files that lie within its payload;
// a Release file and a source line of any text likewise.
#include "base/files.hpp"
#include "packages/deb/deb_file.hpp"
#include "packages/deb/release.hpp"
#include "packages/deb/source_list.hpp"
#include "packages/payload.hpp"
#include "packages/unpacked_record.hpp"

#include <cstddef>
#include <cstdint>

using namespace kiln::packages;
using namespace kiln::packages::deb;

namespace {

void check_payload(std::string_view tar) {
  auto files = read_payload(tar);
  if (!files) return;
  for (const PackageFile& file : *files) {
    ASSERT(file.offset <= tar.size() && file.size <= tar.size() - file.offset);
    auto clean = kiln::clean_path(file.path);
    ASSERT(clean && *clean == file.path);
  }
  UnpackedPackage package;
  package.files = std::move(*files);
  auto again = from_record(to_record(package));
  ASSERT(again && to_record(*again) == to_record(package));
}

void check_deb(std::string_view file) {
  auto parts = read_deb(file);
  if (!parts) return;
  if (auto control = read_control(*parts)) (void)read_id(control->at("control"));
  auto payload = kiln::decompress_all(parts->data_compression, parts->data, 1 << 20);
  if (payload) check_payload(*payload);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_deb(bytes);
  check_payload(bytes);
  (void)from_record(bytes);
  if (auto release = parse_release(bytes))
    for (const auto& [path, file] : release->files) ASSERT(kiln::clean_path(path) == path);
  if (auto line = parse_source_line(bytes, "amd64"))
    ASSERT(line->suite.ends_with('/') == line->components.empty());
  return 0;
}

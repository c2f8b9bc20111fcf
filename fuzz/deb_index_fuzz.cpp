// SPDX-License-Identifier: Apache-2.0
//
// A compiled index of any bytes is refused or can be searched.
#include "packages/deb/index.hpp"

#include <cstddef>
#include <cstdint>

using namespace kiln::packages::deb;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto index = PackageIndex::open({reinterpret_cast<const char*>(data), size});
  if (!index) return 0;
  for (std::string_view name : {"a", "libc6", ""}) {
    for (uint32_t record : index->named(name)) (void)index->text(record, IndexField::depends);
    for (uint32_t record : index->providers(name)) (void)index->numbers(record);
    (void)index->first_mention(name);
  }
  return 0;
}

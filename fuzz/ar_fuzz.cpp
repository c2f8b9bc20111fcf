// SPDX-License-Identifier: Apache-2.0
//
// Every member that read_ar gives lies inside the archive.
#include "codec/ar.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view archive(reinterpret_cast<const char*>(data), size);
  auto members = kiln::read_ar(archive);
  if (!members) return 0;
  for (const kiln::ArMember& member : *members)
    if (member.data.data() < archive.data() ||
        member.data.data() + member.data.size() > archive.data() + size)
      std::abort();
  return 0;
}

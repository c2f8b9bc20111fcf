// SPDX-License-Identifier: Apache-2.0
//
// What a log's server or a damaged disk may give: tile paths, bundles, journals, entries, policies
// and a monitor's state.
#include "evidence/tlog/entry_view.hpp"
#include "evidence/tlog/journal.hpp"
#include "evidence/tlog/monitor.hpp"
#include "evidence/tlog/policy.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace kiln::tlog;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (auto tile = TileId::parse(bytes)) ASSERT(tile->path() == bytes);
  if (size > 0) {
    if (auto entries = decode_bundle(bytes.substr(1), data[0])) {
      std::string bundle;
      for (const std::string& entry : *entries) append_to_bundle(bundle, entry);
      ASSERT(bundle == bytes.substr(1));
    }
  }
  size_t length = 0;
  if (parse_journal(bytes, length)) ASSERT(length <= size);
  view_entry(bytes).str();
  (void)TrustPolicy::parse(bytes);
  if (auto state = read_state(bytes)) ASSERT(read_state(write_state(*state)).has_value());
  return 0;
}

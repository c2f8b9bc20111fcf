// SPDX-License-Identifier: Apache-2.0
//
// Any two texts have one order as versions, whichever is asked first; what is no relation is none.
#include "packages/apk/relation.hpp"
#include "packages/apk/repository.hpp"
#include "packages/apk/version.hpp"

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>

using namespace kiln::packages::apk;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  std::string_view left = text.substr(0, text.find('\n'));
  std::string_view right = text.substr(std::min(left.size() + 1, text.size()));
  auto order = compare_versions(left, right);
  ASSERT(compare_versions(right, left) == (0 <=> order));
  ASSERT(compare_versions(left, left) == 0);
  ASSERT(matches_fuzzily(left, left) || !is_version(left));
  ASSERT(left.starts_with(upstream_of(left)));
  if (auto relation = parse_relation(left)) {
    ASSERT(!relation->name.empty());
    (void)fits(*relation, right);
    (void)relation->requirement();
  }
  (void)parse_repository(left);
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
//
// Whatever parse_json takes, both writers write so that it reads back as the same canonical text;
// check_json_object agrees with it.
#include "data/json.hpp"
#include "data/json_check.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  auto value = kiln::parse_json(text);
  ASSERT(kiln::check_json_object(text).has_value() == (value && value->is_object()));
  if (!value) return 0;
  std::string once = kiln::canonical(*value);
  auto again = kiln::parse_json(once);
  ASSERT(again && kiln::canonical(*again) == once);
  auto from_pretty = kiln::parse_json(kiln::pretty(*value));
  ASSERT(from_pretty && kiln::canonical(*from_pretty) == once);
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
//
// A definition that loads is printed as text that loads as an equal one, and resolves, or fails
// cleanly, for each of its platforms; a resolved one survives its JSON form.
#include "definition/definition.hpp"
#include "definition/info.hpp"
#include "definition/resolve.hpp"

#include <cstddef>
#include <cstdint>

using namespace kiln;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  Diagnostics diagnostics;
  definition::LoadOptions options{.root = "/nonexistent", .check_sources = false};
  definition::load_info("info.yaml", text, diagnostics);
  auto definition = definition::load("image/x/1.yaml", text, diagnostics, options);
  diagnostics.print(false);
  if (!definition) return 0;
  std::string printed = definition::print(*definition);
  auto again = definition::load("image/x/1.yaml", printed, diagnostics, options);
  ASSERT(again && *again == *definition && definition::print(*again) == printed);
  for (const std::string& platform : definition::platforms(*definition)) {
    auto spec = definition::resolve(*definition, platform);
    if (!spec) continue;
    auto back = definition::from_json(definition::to_json(*spec));
    ASSERT(back && *back == *spec);
  }
  return 0;
}

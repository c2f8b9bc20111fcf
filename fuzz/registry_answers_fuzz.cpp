// SPDX-License-Identifier: Apache-2.0
//
// What registries and users' credential files say: nothing does harm, and a reference that parses
// is the same after str() and parse().
#include "oci/registry/challenge.hpp"
#include "oci/registry/credentials.hpp"
#include "oci/registry/link.hpp"
#include "oci/registry/reference.hpp"
#include "oci/registry/refusal.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace kiln;
  std::string text(data, data + size);
  if (auto reference = registry::Reference::parse(text)) {
    auto again = registry::Reference::parse(reference->str());
    ASSERT(again && *again == *reference);
  }
  (void)registry::names_a_host(text);
  (void)registry::parse_challenges(text);
  (void)registry::error_text(text);
  (void)registry::parse_credential_file(text);
  auto page = Url::parse("https://r.example/v2/a/tags/list");
  auto next = registry::next_page(*page, text);
  ASSERT(!next || !*next || (*next)->origin() == page->origin());
  return 0;
}

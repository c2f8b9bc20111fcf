// SPDX-License-Identifier: Apache-2.0
//
// An Alpine index of any text is refused or compiles to one that says the same and about which
// questions can be asked, of the solver and of the resolver around it; so it is with a compiled
// index of any bytes; a signed file of any bytes is refused, since no key vouches for it, and its
// archive is read as if one did.
#include "packages/apk/index.hpp"
#include "packages/apk/package_index.hpp"
#include "packages/apk/package_set.hpp"
#include "packages/apk/signature.hpp"
#include "packages/apk/solver.hpp"
#include "packages/apk/universe.hpp"
#include "plan/resolver.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

using namespace kiln::packages;
using namespace kiln::packages::apk;

namespace {

void ask(const PackageIndex& index) {
  ApkUniverse universe(
      PackageSet({{index, nullptr, {}, "first", ""}, {index, nullptr, {}, "second", "edge"}}), {});
  const PackageSet& set = universe.packages();
  size_t asked = std::min<size_t>(set.size(), 4);
  for (kiln::packages::CandidateId id = 0; id < asked; ++id) {
    std::string name(set.name(id));
    (void)set.depends(id);
    (void)set.sources_of(id);
    (void)set.providers(name);
    if (name.size() > 64) continue;
    Requirement wish{.name = name, .version = {}, .architecture = {}};
    for (kiln::packages::CandidateId taken : solve(set, std::vector{wish}, {}).packages)
      ASSERT(taken < set.size());
    auto answer = kiln::plan::resolve(universe, {.wishes = {{wish, "fuzz"}}, .exclusions = {}});
    if (!answer) continue;
    for (const kiln::plan::Choice& choice : answer->choices) ASSERT(!choice.reasons.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (auto index = PackageIndex::open(bytes); index && index->size() < 1000) ask(*index);
  ASSERT(!open_signed(bytes, embedded_keys(), "x86_64"));
  (void)read_index_file(bytes);
  auto entries = parse_index(bytes, "x86_64");
  if (!entries) return 0;
  auto compiled = compile_index(*entries, 1);
  if (!compiled) return 0;
  auto index = PackageIndex::open(*compiled);
  ASSERT(index && index->size() == entries->size());
  for (uint32_t i = 0; i < index->size(); ++i) {
    ASSERT(index->name(index->name_of(i)) == (*entries)[i].name);
    ASSERT(index->package(i).version == (*entries)[i].version);
    ASSERT(index->find((*entries)[i].name) == index->name_of(i));
  }
  ask(*index);
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
//
// The names inside a store; docs/formats/store.md is their page.
#pragma once
#include "store/store.hpp"

namespace kiln::layout {

inline Path blobs(const StoreLocation& store) {
  return store.root / "blobs" / "sha256";
}
inline Path records(const StoreLocation& store) {
  return store.root / "records";
}
inline Path quarantine(const StoreLocation& store) {
  return store.root / "quarantine";
}
inline Path temporaries(const Path& root_or_state) {
  return root_or_state / "tmp";
}
inline Path lock(const Path& root_or_state) {
  return root_or_state / "lock";
}
inline Path state(const StoreLocation& store) {
  return store.state / "records";
}
// Written last when a store is made: what it holds is complete when this file is there.
inline Path format(const StoreLocation& store) {
  return store.root / "format";
}
constexpr std::string_view k_format = "kiln store 2\n";

}  // namespace kiln::layout

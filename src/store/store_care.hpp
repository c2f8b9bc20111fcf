// SPDX-License-Identifier: Apache-2.0
//
// What the functions of maintenance.hpp need of a store's inside.
#pragma once
#include "store/store.hpp"

namespace kiln {

class StoreCare {
 public:
  static Disk& disk(const Store& store) { return store.disk_; }
  static int lock(const Store& store) { return store.lock_.get(); }
  static UnixTime now(const Store& store) { return store.clock_.now(); }
};

}  // namespace kiln

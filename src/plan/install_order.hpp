// SPDX-License-Identifier: Apache-2.0
//
// The order in which packages are installed: a package after all that it depends on. Where packages
// depend on each other in a circle (a strongly connected component, found by Tarjan's algorithm),
// pre-dependencies come first, and what is left of the circle is in the order of names. Depends on
// the set alone, not on the order in which it is given.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace kiln::plan {

struct OrderItem {
  std::string name;                    // unique among the items
  std::vector<size_t> pre_depends_on;  // places of other items
  std::vector<size_t> depends_on;
};

// The places of all items in the order of installation.
std::vector<size_t> install_order(const std::vector<OrderItem>& items);

}  // namespace kiln::plan

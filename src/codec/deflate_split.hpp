// SPDX-License-Identifier: Apache-2.0
//
// Which segments share a block: neighbours are merged as long as one code for both costs less than
// two codes and their headers.
#pragma once
#include "codec/deflate_matches.hpp"

#include <vector>

namespace kiln::deflate {

// Merges segments into the blocks to write, in place. Costs are estimates from entropy, in
// integers.
void merge_into_blocks(std::vector<Segment>& segments);

}  // namespace kiln::deflate

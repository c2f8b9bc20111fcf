// SPDX-License-Identifier: Apache-2.0
//
// Getting ready for requests beside other work: what speaks HTTP takes milliseconds to load.
#pragma once
#include <future>

namespace kiln {

// Begins to load what the first request would otherwise wait for. Whoever holds the future waits
// for the end of that when dropping it; a failure shows at the first request.
std::future<void> prepare_http();

}  // namespace kiln

// SPDX-License-Identifier: Apache-2.0
//
// The client of a run that is to work offline.
#pragma once
#include "net/http.hpp"

#include <atomic>

namespace kiln {

// Reads file URLs. Every other request fails with bad_input, unsent, and says how to allow it.
std::unique_ptr<HttpClient> make_offline_client(const std::atomic<bool>* stop = nullptr);

}  // namespace kiln

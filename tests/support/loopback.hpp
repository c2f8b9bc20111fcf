// SPDX-License-Identifier: Apache-2.0
//
// Ports of 127.0.0.1, for servers of others that a test starts there.
#pragma once
#include <cstdint>

namespace kiln::testing {

// A TCP port of 127.0.0.1 that nobody listened on a moment ago.
uint16_t free_port();

// Whether somebody listens there.
bool answers(uint16_t port);

}  // namespace kiln::testing

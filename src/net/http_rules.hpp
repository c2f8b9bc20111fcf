// SPDX-License-Identifier: Apache-2.0
//
// What every request of the client holds to: where a redirect may lead, what is told to whom, and
// how long to wait before another attempt (RFC 9110: 10.2.3, 11.6.2, 15.4).
#pragma once
#include "base/result.hpp"
#include "net/url.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace kiln {

bool is_redirect(int status);

// Whether the server says that the same request may do better later.
bool is_worth_another_try(int status);

// Whether a header speaks for the user to one server and is not told to another.
bool is_secret_header(std::string_view name);

// Whether a header's name or value could not be mistaken for two headers.
bool is_clean_header(std::string_view text);

// Where a Location header found at `at` leads. Fails (network) on what is no web address and on the
// way from https to http.
Result<Url> redirect_target(const Url& at, std::string_view location);

// The time before attempt number `attempt` (2 is the first repetition): doubled each time, or what
// a Retry-After header of seconds asks for, and never more than half a minute.
std::chrono::milliseconds wait_before_attempt(int attempt, std::string_view retry_after);

}  // namespace kiln

// SPDX-License-Identifier: Apache-2.0
//
// Points in time as whole seconds since 1970 UTC, read and written in the two forms that archives
// and images use, without locale or time zone.
#pragma once
#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace kiln {

using UnixTime = int64_t;

// "2026-11-24T22:13:03Z" (RFC 3339, always UTC).
std::string format_rfc3339(UnixTime time);
// RFC 3339 with "Z" or an offset, fractions dropped; also a plain date "2026-11-24" as midnight.
Result<UnixTime> parse_rfc3339(std::string_view text);

// "Sat, 21 Nov 2026 09:15:44 UTC" as in Debian's Release files and HTTP headers (RFC 5322);
// zones UTC, GMT, Z, +hhmm, -hhmm.
Result<UnixTime> parse_rfc5322(std::string_view text);
std::string format_http_date(UnixTime time);

// A clock that is passed in, so that tests can set it.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual UnixTime now() const = 0;
};

class SystemClock final : public Clock {
 public:
  UnixTime now() const override;
};

class FixedClock final : public Clock {
 public:
  explicit FixedClock(UnixTime now) : now_(now) {}
  UnixTime now() const override { return now_; }

 private:
  UnixTime now_;
};

}  // namespace kiln

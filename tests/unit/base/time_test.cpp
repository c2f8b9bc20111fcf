// SPDX-License-Identifier: Apache-2.0
#include "base/time.hpp"

#include "support/result_matchers.hpp"

#include <gtest/gtest.h>

namespace kiln {
namespace {

TEST(Time, Rfc3339RoundTrip) {
  EXPECT_EQ(parse_rfc3339("2026-11-24T22:13:03Z").value(), 1795558383);
  EXPECT_EQ(format_rfc3339(1795558383), "2026-11-24T22:13:03Z");
  EXPECT_EQ(parse_rfc3339("2026-11-24T23:13:03.5+01:00").value(), 1795558383);
  EXPECT_EQ(parse_rfc3339("1970-01-02").value(), 86400);
}

TEST(Time, Rfc5322AsDebianWritesIt) {
  EXPECT_EQ(parse_rfc5322("Sat, 21 Nov 2026 09:15:44 UTC").value(),
            parse_rfc3339("2026-11-21T09:15:44Z").value());
  EXPECT_EQ(format_http_date(1795558383), "Tue, 24 Nov 2026 22:13:03 GMT");
}

TEST(Time, NonsenseIsRefused) {
  EXPECT_FALSE(parse_rfc3339("2026-13-01"));
  EXPECT_FALSE(parse_rfc3339("2026-11-24T22:13:03"));
  EXPECT_FALSE(parse_rfc5322("Sat, 21 Foo 2026 09:15:44 UTC"));
  EXPECT_FALSE(parse_rfc5322(""));
}

}  // namespace
}  // namespace kiln

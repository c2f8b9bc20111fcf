// SPDX-License-Identifier: Apache-2.0
#include "definition/ports.hpp"

#include "base/strings.hpp"

#include <fmt/format.h>

namespace kiln::definition {

Result<std::vector<std::string>> parse_ports(std::string_view entry) {
  auto bad = [&](std::string_view why) {
    return fail(ErrorCode::bad_input, fmt::format("port \"{}\": {}", printable(entry), why),
                "write 80, 80/tcp, 53/udp or 8000-8010/tcp");
  };
  size_t slash = entry.find('/');
  std::string_view protocol = slash == entry.npos ? "tcp" : entry.substr(slash + 1);
  if (protocol != "tcp" && protocol != "udp" && protocol != "sctp")
    return bad("the protocol must be tcp, udp or sctp");
  std::string_view range = entry.substr(0, slash);
  size_t dash = range.find('-');
  auto first = parse_decimal(range.substr(0, dash));
  auto last = dash == range.npos ? first : parse_decimal(range.substr(dash + 1));
  if (!first || !last) return bad("not a number");
  if (*first < 1 || *last > 65535) return bad("ports are numbers from 1 to 65535");
  if (*first > *last) return bad("the range ends before it begins");
  std::vector<std::string> ports;
  for (uint64_t port = *first; port <= *last; ++port)
    ports.push_back(fmt::format("{}/{}", port, protocol));
  return ports;
}

}  // namespace kiln::definition

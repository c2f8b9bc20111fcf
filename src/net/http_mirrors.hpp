// SPDX-License-Identifier: Apache-2.0
//
// One file that several servers hold: the next is asked when one fails.
#pragma once
#include "net/http.hpp"

#include <span>

namespace kiln {

// Where one of several attempts goes. An error of finish(), such as a wrong digest, counts as a
// failure of the mirror that sent the bytes.
class MirrorTarget {
 public:
  virtual ~MirrorTarget() = default;
  // Throws away what an earlier attempt gave and returns where the next one's bytes go.
  virtual Result<Sink*> start() = 0;
  // The mirror sent everything (or 304).
  virtual Result<> finish(const HttpResponse& response) = 0;
};

// Tries the URLs in their order with the rest of `request` (whose own url is ignored). Stops at
// once on io and interrupted errors, which are no mirror's fault. When all fail the error is
// not_found if each said so, else that of the first mirror that failed otherwise, and names every
// failure.
Result<HttpResponse> download_first(HttpClient& client, std::span<const std::string> urls,
                                    const HttpRequest& request, MirrorTarget& target);

}  // namespace kiln

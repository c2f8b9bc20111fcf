// SPDX-License-Identifier: Apache-2.0
//
// What several servers hold: the next is asked when one fails. Each is asked once with little
// patience before any is given the whole of it, and who did not answer earlier in the run is asked
// last, so that a dead mirror costs one short wait a run and not its time-outs a request.
#pragma once
#include "net/http.hpp"

#include <expected>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace kiln {

// Asks the mirror of this number.
using AskMirror = std::function<Result<>(size_t mirror, Patience patience)>;

// Calls `ask` for the mirrors at `urls` until one succeeds. Io and interrupted errors, which are no
// mirror's fault, end it at once as the only failure; else the failures are those of all mirrors,
// each as it failed last, in the order of `urls`.
std::expected<void, std::vector<Error>> ask_mirrors(const HttpClient& client,
                                                    std::span<const std::string> urls,
                                                    const AskMirror& ask);

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

// Fetches one file from the first of the mirrors that has it, with the rest of `request` (whose own
// url and patience are ignored). When all fail the error is not_found if each said so, else that of
// the first mirror that failed otherwise, and names every failure.
Result<HttpResponse> download_first(HttpClient& client, std::span<const std::string> urls,
                                    const HttpRequest& request, MirrorTarget& target);

}  // namespace kiln

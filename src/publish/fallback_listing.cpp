// SPDX-License-Identifier: Apache-2.0
#include "publish/fallback_listing.hpp"

#include "crypto/random.hpp"
#include "world/wait.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

namespace kiln::publish {

namespace {

using std::chrono::milliseconds;

constexpr int k_attempts = 20;
constexpr milliseconds k_shortest{150};
constexpr milliseconds k_longest{5'000};

}  // namespace

milliseconds while_others_put(std::chrono::nanoseconds taken) {
  std::string chance = random_bytes(1);
  milliseconds longer = std::chrono::duration_cast<milliseconds>(4 * taken);
  return std::min(k_shortest + milliseconds(static_cast<unsigned char>(chance[0])) + longer,
                  k_longest);
}

Result<size_t> list_under_fallback_tags(registry::RegistryClient& client, const EvidenceList& about,
                                        const World& world) {
  using Clock = std::chrono::steady_clock;
  std::vector<const EvidenceList::value_type*> open;
  for (const EvidenceList::value_type& each : about) open.push_back(&each);
  size_t written = 0;
  for (int attempt = 1;; ++attempt) {
    std::vector<const EvidenceList::value_type*> changed;
    Clock::duration longest{0};
    for (const EvidenceList::value_type* each : open) {
      Clock::time_point start = Clock::now();
      if (!TRY(client.add_fallback_referrers(each->first, each->second))) continue;
      changed.push_back(each);
      longest = std::max(longest, Clock::now() - start);
    }
    if (attempt == 1) written = changed.size();
    if (changed.empty()) return written;
    if (attempt == k_attempts)
      return fail(ErrorCode::network,
                  fmt::format("{} does not keep what is listed about {}", client.host(),
                              changed.front()->first.str()),
                  "others write the same tag all the time, or the registry loses it; run it again");
    TRY(wait(world, while_others_put(longest)));
    open = std::move(changed);
  }
}

}  // namespace kiln::publish

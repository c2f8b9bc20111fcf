// SPDX-License-Identifier: Apache-2.0
#include "base/strings.hpp"
#include "base/units.hpp"
#include "evidence/verification/findings.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::verification {

namespace {

// A clock that is a little behind that of an authority is no reason to refuse.
constexpr UnixTime k_clock_tolerance = 300;

// The newest proven time of something signed; nothing when none is proven.
std::optional<UnixTime> newest(const Vouched& vouched) {
  std::optional<UnixTime> time;
  for (const Proof* proof : vouched.proofs)
    if (!proof->times.empty() && (!time || proof->times.back() > *time)) time = proof->times.back();
  return time;
}

struct Times {
  const Findings& findings;
  Verdict& verdict;

  std::string age_text(UnixTime time, std::chrono::seconds greatest) const {
    return fmt::format("signed at {}, {} ago, where at most {} are allowed", format_rfc3339(time),
                       human_age(std::chrono::seconds(findings.trust.now - time)),
                       human_age(greatest));
  }

  // Whether it is young enough.
  bool check_age(const Vouched& vouched, const std::string& name) const {
    const Policy& policy = findings.trust.policy;
    std::optional<std::chrono::seconds> greatest =
        vouched.what == "signature" ? policy.image_age : policy.evidence_age;
    std::optional<UnixTime> time = newest(vouched);
    if (time && *time > findings.trust.now + k_clock_tolerance)
      verdict.refuse("time", name,
                     fmt::format("{}: signed at {}, which is in the future", vouched.what,
                                 format_rfc3339(*time)),
                     "look at this machine's clock");
    if (!greatest) return true;
    if (!time)
      verdict.miss("freshness", name,
                   fmt::format("{}: nothing proves when it was made", vouched.what));
    else if (findings.trust.now - *time > greatest->count())
      verdict.refuse("freshness", name,
                     fmt::format("{}: {}", vouched.what, age_text(*time, *greatest)),
                     "get a newer image, or its newer evidence");
    else
      return true;
    return false;
  }

  void check_proven(const std::vector<Vouched>& all, const std::string& name) const {
    UnixTime first = INT64_MAX;
    UnixTime last = INT64_MIN;
    std::string unproven;
    for (const Vouched& vouched : all) {
      std::optional<UnixTime> time = newest(vouched);
      if (!time) unproven += (unproven.empty() ? "" : ", ") + vouched.what;
      if (!time) continue;
      first = std::min(first, *time);
      last = std::max(last, *time);
    }
    if (first <= last)
      verdict.pass("time", name,
                   first == last ? fmt::format("signed at {}", format_rfc3339(first))
                                 : fmt::format("signed from {} to {}", format_rfc3339(first),
                                               format_rfc3339(last)));
    if (unproven.empty()) return;
    if (findings.trust.policy.timestamp == Demand::required)
      verdict.miss("time", name, fmt::format("nothing proves when it was made: {}", unproven));
    else
      verdict.skip("time", name,
                   fmt::format("nothing proves when it was made, which the policy does not demand: "
                               "{}",
                               unproven));
  }
};

}  // namespace

void check_time(const Findings& findings, Verdict& verdict) {
  Times times{findings, verdict};
  const Policy& policy = findings.trust.policy;
  bool young = true;
  for (const Digest& subject : subjects_of(findings.parts)) {
    std::vector<Vouched> all = vouched_for(findings.judgement, subject);
    if (all.empty()) continue;
    std::string name = findings.parts.name_of(subject);
    if (findings.trust.root() != nullptr) times.check_proven(all, name);
    for (const Vouched& vouched : all) young &= times.check_age(vouched, name);
  }
  if (young && (policy.image_age || policy.evidence_age))
    verdict.pass("freshness", "evidence", "nothing is older than the policy allows");
}

}  // namespace kiln::verification

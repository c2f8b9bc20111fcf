// SPDX-License-Identifier: Apache-2.0
#include "cli/policy_gate.hpp"

#include "evidence/verification/policy.hpp"
#include "evidence/verification/verify.hpp"
#include "publish/closure_reader.hpp"

#include <fmt/format.h>

namespace kiln::cli {

Result<verification::Verdict> ask_policy(const Session& session, const TrustOptions& trust,
                                         const publish::Closure& sent, const oci::ImageReader& from,
                                         std::span<const registry::Reference> names) {
  verification::Verdict verdict;
  for (const registry::Reference& name : names)
    if (!verification::applies_to(trust.policy, name.name()))
      verdict.refuse("name", name.name(), "none of the images that the policy is about");
  std::unique_ptr<oci::ImageReader> reader = publish::closure_reader(sent, from);
  verification::Answer answer =
      TRY(verification::verify({.reader = *reader,
                                .selection = {.image = sent.root.digest.str(), .platform = {}},
                                .policy = trust.policy,
                                .keys = trust.keys,
                                .bundles = trust.bundles,
                                .locks = trust.locks,
                                .image = "",
                                .now = SystemClock().now(),
                                .threads = session.threads()}));
  verdict.append(answer.verdict);
  return verdict;
}

}  // namespace kiln::cli

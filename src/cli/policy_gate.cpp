// SPDX-License-Identifier: Apache-2.0
#include "cli/policy_gate.hpp"

#include "evidence/verification/policy.hpp"
#include "evidence/verification/verify.hpp"

#include <fmt/format.h>

namespace kiln::cli {

Result<verification::Verdict> ask_policy(Session& session, const std::string& file,
                                         const oci::ImageReader& reader, const Digest& digest,
                                         std::span<const registry::Reference> names) {
  Diagnostics found;
  Result<verification::Policy> policy = verification::load_policy(file, found);
  session.show(found);
  if (!policy) return std::unexpected(std::move(policy).error());
  verification::Verdict verdict;
  for (const registry::Reference& name : names)
    if (!verification::applies_to(*policy, name.name()))
      verdict.refuse("name", name.name(), "none of the images that the policy is about");
  verification::Answer answer =
      TRY(verification::verify({.reader = reader,
                                .selection = {.image = digest.str(), .platform = {}},
                                .policy = *policy,
                                .keys = {},
                                .bundles = {},
                                .image = "",
                                .now = SystemClock().now(),
                                .threads = session.threads()}));
  verdict.append(answer.verdict);
  return verdict;
}

}  // namespace kiln::cli

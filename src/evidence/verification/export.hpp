// SPDX-License-Identifier: Apache-2.0
//
// A policy in the languages of programs that admit or pull images, as far as these have words for
// it. What they cannot say is listed, so that nobody relies on it. docs/policy.md has the table.
#pragma once
#include "evidence/verification/policy.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::verification {

struct Export {
  std::map<std::string, std::string> files;  // name -> content
  std::vector<std::string> not_expressed;    // for people
};

// "kyverno" (ImageValidatingPolicy), "policy-controller" (ClusterImagePolicy and TrustRoot) or
// "podman" (policy.json and registries.d, also read by skopeo, buildah and CRI-O). Fails with
// bad_input for another word, and when nothing of the policy could be kept: no signer by key.
Result<Export> export_policy(const Policy& policy, std::string_view format);

// What a policy demands and what it does not, a sentence each.
std::vector<std::string> describe(const Policy& policy);

}  // namespace kiln::verification

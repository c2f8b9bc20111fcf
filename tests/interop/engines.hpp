// SPDX-License-Identifier: Apache-2.0
//
// Engines of clusters as programs that judge one image: what `kiln policy export` writes is given
// to them as it is. Each expects a verdict: a policy that an engine cannot read, or which is not
// about the image, fails the test.
#pragma once
#include "base/files.hpp"
#include "support/tools.hpp"

namespace kiln::testing {

// sigstore's policy-controller: ClusterImagePolicies, and the TrustRoot where there is one. Files
// go into the directory.
ToolRun ask_policy_controller(const Path& directory, const std::string& policies,
                              const std::string& image);

// Kyverno: an ImageValidatingPolicy, applied to a pod of that image.
ToolRun ask_kyverno(const Path& directory, const std::string& policy, const std::string& image);

}  // namespace kiln::testing

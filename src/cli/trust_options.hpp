// SPDX-License-Identifier: Apache-2.0
//
// Whom a command line trusts: --policy, --key, --trusted-root, --bundle-dir, or else the key ring
// of this machine.
#pragma once
#include "cli/session.hpp"
#include "evidence/verification/bundle_directory.hpp"
#include "evidence/verification/policy.hpp"

#include <string>
#include <vector>

namespace kiln::cli {

// A command's own options, and after them --policy, --key, --trusted-root and --bundle-dir.
std::vector<Option> with_trust_options(std::vector<Option> own);

struct TrustOptions {
  verification::Policy policy;
  std::vector<PublicKey> keys;       // for signers that the policy names by digest
  std::vector<std::string> bundles;  // from --bundle-dir
  std::vector<std::string> locks;    // likewise
  std::string note;                  // for people: where the trust comes from
};

// Mistakes in the policy are shown, each with its place.
Result<TrustOptions> read_trust_options(Session& session, const Arguments& arguments);

}  // namespace kiln::cli

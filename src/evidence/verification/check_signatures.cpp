// SPDX-License-Identifier: Apache-2.0
#include "base/strings.hpp"
#include "evidence/verification/findings.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace kiln::verification {

namespace {

// "release (bundle, simple signature)".
std::string signers_text(const Judgement& judgement, const Digest& target) {
  std::map<std::string, std::set<std::string>> forms;
  for (const ImageSignature& signature : judgement.signatures)
    if (signature.target == target)
      forms[signature.proof.signer].emplace(str(signature.proof.form));
  std::string text;
  for (const auto& [signer, how] : forms)
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", signer, fmt::join(how, ", "));
  return text;
}

struct Signed {
  const Findings& findings;
  Verdict& verdict;

  // `covered_by` says what vouches for the manifest when it has no signature of its own.
  void check(const Digest& target, Demand demand, const std::string& covered_by) const {
    const Judgement& judgement = findings.judgement;
    std::string name = findings.parts.name_of(target);
    if (judgement.has_signature(target))
      return verdict.pass("signature", name,
                          fmt::format("{} by {}", target.str(), signers_text(judgement, target)));
    auto others = judgement.unknown.find(target);
    std::string by_others =
        others == judgement.unknown.end()
            ? ""
            : fmt::format("; {} there of others, which the policy does not trust",
                          others->second == 1 ? "one is" : fmt::format("{} are", others->second));
    if (demand == Demand::required)
      return verdict.miss("signature", name, "no trusted signer has signed it" + by_others,
                          findings.trust.signers.empty()
                              ? "say whom to trust with --key FILE or --policy FILE"
                              : "");
    verdict.skip("signature", name,
                 covered_by.empty() ? "not signed, and the policy does not demand it" + by_others
                                    : "not signed by itself, but " + covered_by + by_others);
  }
};

}  // namespace

void check_signatures(const Findings& findings, Verdict& verdict) {
  const ImageParts& parts = findings.parts;
  const Policy& policy = findings.trust.policy;
  Signed each{findings, verdict};
  each.check(parts.root.digest, policy.index_signature, "");
  std::string covered =
      findings.judgement.has_signature(parts.root.digest) ? "the signed index names it" : "";
  if (parts.has_index())
    for (const oci::ListedImage& image : parts.images)
      each.check(image.descriptor.digest, policy.platform_signatures, covered);
  for (const AttestationManifest& attestation : parts.attestations)
    each.check(attestation.descriptor.digest, policy.attestation_signatures, covered);
  if (parts.left_out > 0)
    verdict.skip(
        "platforms", "index",
        fmt::format("{} of other platforms were not asked for", counted(parts.left_out, "image")));
}

}  // namespace kiln::verification

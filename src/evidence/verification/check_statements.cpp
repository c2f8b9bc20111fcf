// SPDX-License-Identifier: Apache-2.0
#include "base/strings.hpp"
#include "evidence/verification/findings.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace kiln::verification {

namespace {

std::string by_whom(const SignedStatement& statement) {
  std::set<std::string> signers;
  for (const Proof& proof : statement.proofs) signers.insert(proof.signer);
  return fmt::format("{}", fmt::join(signers, ", "));
}

void check_subject(const Findings& findings, const Digest& subject,
                   const std::vector<std::string>& demanded, Verdict& verdict) {
  std::string name = findings.parts.name_of(subject);
  std::set<std::string> there;
  for (const SignedStatement& statement : findings.judgement.statements) {
    bool of_original = subject == findings.parts.root.digest && findings.parts.original &&
                       signing::is_about(statement.statement, *findings.parts.original);
    if (!signing::is_about(statement.statement, subject) && !of_original) continue;
    const std::string& type = statement.statement.predicate_type;
    std::string worthless = why_worthless(statement.statement);
    if (worthless.empty()) there.insert(type);
    bool attached_here = statement.target == subject ||
                         (of_original && statement.target == *findings.parts.original);
    if (!attached_here) continue;
    if (!worthless.empty()) {
      verdict.skip("statement", name,
                   fmt::format("{} by {} counts for nothing: {}", predicate_name(type),
                               by_whom(statement), worthless));
      continue;
    }
    verdict.pass("statement", name,
                 fmt::format("{} by {}", predicate_name(type), by_whom(statement)));
  }
  for (const std::string& type : demanded)
    if (!there.contains(type))
      verdict.miss("statement", name,
                   fmt::format("no trusted signer says {} about it", predicate_name(type)),
                   "the policy demands it");
}

}  // namespace

std::vector<Digest> subjects_of(const ImageParts& parts) {
  std::vector<Digest> subjects = {parts.root.digest};
  if (parts.original) subjects.push_back(*parts.original);
  if (parts.has_index())
    for (const oci::ListedImage& image : parts.images) subjects.push_back(image.descriptor.digest);
  for (const AttestationManifest& attestation : parts.attestations)
    subjects.push_back(attestation.descriptor.digest);
  return subjects;
}

std::vector<Vouched> vouched_for(const Judgement& judgement, const Digest& subject) {
  Vouched signature{"signature", {}};
  for (const ImageSignature& each : judgement.signatures)
    if (each.target == subject) signature.proofs.push_back(&each.proof);
  std::vector<Vouched> all;
  if (!signature.proofs.empty()) all.push_back(std::move(signature));
  for (const SignedStatement& each : judgement.statements) {
    if (each.target != subject) continue;
    Vouched statement{"statement " + predicate_name(each.statement.predicate_type), {}};
    for (const Proof& proof : each.proofs) statement.proofs.push_back(&proof);
    all.push_back(std::move(statement));
  }
  return all;
}

void check_statements(const Findings& findings, Verdict& verdict) {
  const Policy& policy = findings.trust.policy;
  const ImageParts& parts = findings.parts;
  std::vector<std::string> of_root = policy.image_statements;
  if (!parts.has_index())
    of_root.insert(of_root.end(), policy.platform_statements.begin(),
                   policy.platform_statements.end());
  check_subject(findings, parts.root.digest, of_root, verdict);
  if (parts.has_index())
    for (const oci::ListedImage& image : parts.images)
      check_subject(findings, image.descriptor.digest, policy.platform_statements, verdict);
  for (const auto& [target, count] : findings.judgement.unknown)
    verdict.skip("evidence", parts.name_of(target),
                 fmt::format("{} not made by a trusted signer, and not looked into",
                             counted(count, "signature or statement", "signatures or statements")));
  for (const std::string& other : findings.exhibits.others)
    verdict.skip("evidence", "image", fmt::format("of no known kind: {}", other));
  for (const Error& error : findings.exhibits.unreadable)
    verdict.skip("evidence", "image", "ignored: " + error.str());
  for (const Error& error : findings.exhibits.broken) verdict.refuse("evidence", "image", error);
  if (policy.image_statements.empty() && policy.platform_statements.empty())
    verdict.skip("statement", "image", "the policy demands none in particular");
}

void check_name(const Findings& findings, Verdict& verdict) {
  const Policy& policy = findings.trust.policy;
  if (policy.images.empty()) return;
  std::string patterns = fmt::format("{}", fmt::join(policy.images, ", "));
  if (findings.image.empty())
    return verdict.skip(
        "name", "image",
        fmt::format("it lies in no registry, so that it has no name to compare with "
                    "{}",
                    patterns));
  if (applies_to(policy, findings.image))
    return verdict.pass("name", "image", fmt::format("{} is one of {}", findings.image, patterns));
  verdict.refuse("name", "image",
                 fmt::format("{} is none of the images that the policy is about: {}",
                             findings.image, patterns));
}

}  // namespace kiln::verification

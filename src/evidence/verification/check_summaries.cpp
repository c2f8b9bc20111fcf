// SPDX-License-Identifier: Apache-2.0
//
// SLSA verification summaries (slsa.dev/spec/v1.2/verification_summary): whose word it is, that it
// says PASSED, which checks it stands for, and that the statements on which it rests are here.
#include "evidence/predicates.hpp"
#include "evidence/verification/findings.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace kiln::verification {

namespace {

// Whether the policy is one of Kiln's own with the text that this version knows.
std::string policy_note(const Json& predicate) {
  Result<std::string> uri = predicate.get_string({"policy", "uri"});
  Result<std::string> digest = predicate.get_string({"policy", "digest", "sha256"});
  if (!uri) return "it names no policy";
  using enum evidence::BuiltFrom;
  for (evidence::BuiltFrom from : {archives, lock})
    if (evidence::policy_uri(from) == *uri)
      return digest && *digest == sha256(evidence::policy_text(from)).hex()
                 ? "for the checks of " + *uri
                 : "for another text of " + *uri + " than this Kiln has";
  return "for the policy " + *uri + ", which is not known here";
}

// Statements that the summary rests on and that nobody trusted has shown.
Result<std::vector<std::string>> absent_inputs(const Json& predicate, const Judgement& judgement) {
  std::vector<std::string> absent;
  const Json* member = predicate.find("inputAttestations");
  if (member == nullptr) return absent;
  const Json::Array* inputs = TRY(predicate.get_array("inputAttestations"));
  for (const Json& input : *inputs) {
    std::string hex = TRY(input.get_string({"digest", "sha256"}));
    std::string uri = TRY(input.get_string_or("uri", ""));
    Digest digest = TRY(Digest::from_hex(hex));
    if (std::ranges::find(judgement.statements, digest, &SignedStatement::payload) ==
        judgement.statements.end())
      absent.push_back(fmt::format("{} ({})", predicate_name(uri), digest.str()));
  }
  return absent;
}

Result<> check_summary(const Findings& findings, const SignedStatement& summary, Verdict& verdict) {
  std::string name = findings.parts.name_of(summary.target);
  const Json& predicate = summary.statement.predicate;
  std::string result = TRY(predicate.get_string("verificationResult"));
  std::string verifier = TRY(predicate.get_string({"verifier", "id"}));
  std::string resource = TRY(predicate.get_string("resourceUri"));
  std::vector<std::string> levels = TRY(predicate.get_strings("verifiedLevels"));
  if (result != "PASSED")
    return fail(ErrorCode::unverified, fmt::format("{} says {}", verifier, result));
  std::vector<std::string> absent = TRY(absent_inputs(predicate, findings.judgement));
  // Those about platforms that were not asked for were not looked for either.
  bool all_looked_at = findings.parts.left_out == 0;
  if (!absent.empty() && all_looked_at)
    return fail(ErrorCode::unverified, fmt::format("it rests on statements that are not here: {}",
                                                   fmt::join(absent, ", ")));
  std::string not_looked_at =
      absent.empty() ? ""
                     : fmt::format("; {} of its inputs are about other platforms", absent.size());
  verdict.pass("summary", name,
               fmt::format("{} by {} for {}, {}{}", fmt::join(levels, ", "), verifier, resource,
                           policy_note(predicate), not_looked_at));
  return {};
}

}  // namespace

void check_summaries(const Findings& findings, Verdict& verdict) {
  for (const SignedStatement& each : findings.judgement.statements) {
    if (each.statement.predicate_type != evidence::k_summary_type) continue;
    Result<> checked = check_summary(findings, each, verdict);
    if (!checked) verdict.refuse("summary", findings.parts.name_of(each.target), checked.error());
  }
}

}  // namespace kiln::verification

// SPDX-License-Identifier: Apache-2.0
//
// What second builds gave (docs/formats/predicates.md, rebuild/v1).
#include "base/strings.hpp"
#include "evidence/predicates.hpp"
#include "evidence/verification/findings.hpp"

#include <fmt/format.h>

namespace kiln::verification {

namespace {

Result<> check_rebuild(const Findings& findings, const SignedStatement& rebuild, Verdict& verdict) {
  const Json& predicate = rebuild.statement.predicate;
  std::string result = TRY(predicate.get_string("result"));
  std::string builder = TRY(predicate.get_string({"builder", "id"}));
  std::string original = TRY(predicate.get_string({"original", "digest", "sha256"}));
  std::string rebuilt = TRY(predicate.get_string({"rebuilt", "digest", "sha256"}));
  std::string note = TRY(predicate.get_string_or("note", ""));
  if (result != "MATCH")
    return fail(ErrorCode::unverified,
                fmt::format("{} says {}: a second build gave sha256:{}, not sha256:{}", builder,
                            result, rebuilt, original),
                "`kiln diff` shows what differs between two images");
  if ("sha256:" + original != rebuild.target.str())
    return fail(ErrorCode::unverified,
                fmt::format("{} rebuilt sha256:{}, which is another image", builder, original));
  verdict.pass("rebuild", findings.parts.name_of(rebuild.target),
               fmt::format("a second build by {} gave the same image{}", builder,
                           note.empty() ? "" : "; " + note));
  return {};
}

}  // namespace

void check_rebuilds(const Findings& findings, Verdict& verdict) {
  for (const SignedStatement& each : findings.judgement.statements) {
    if (each.statement.predicate_type != evidence::rebuild_type()) continue;
    Result<> checked = check_rebuild(findings, each, verdict);
    if (!checked) verdict.refuse("rebuild", findings.parts.name_of(each.target), checked.error());
  }
}

}  // namespace kiln::verification

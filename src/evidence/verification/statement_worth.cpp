// SPDX-License-Identifier: Apache-2.0
//
// A trusted signer's statement fulfils a demand only when it says what the demand is for: a bill of
// materials has to be one, and a second build or a verification has to have succeeded.
#include "evidence/predicates.hpp"
#include "evidence/sbom/read.hpp"
#include "evidence/verification/findings.hpp"

#include <algorithm>
#include <array>

namespace kiln::verification {

bool is_bill_of_materials(std::string_view type) {
  constexpr std::array<std::string_view, 4> k_types = {
      "https://spdx.dev/Document", "https://spdx.dev/Document/v3", "https://cyclonedx.org/bom",
      "https://cyclonedx.org/bom/v1.6"};
  return std::ranges::find(k_types, type) != k_types.end();
}

std::string why_worthless(const signing::Statement& statement) {
  const std::string& type = statement.predicate_type;
  const Json& predicate = statement.predicate;
  if (is_bill_of_materials(type))
    return sbom::is_of_type(predicate, type) ? "" : "it holds no document of that format";
  std::string wanted;
  Result<std::string> result = std::string();
  if (type == evidence::rebuild_type()) {
    wanted = "MATCH";
    result = predicate.get_string("result");
  } else if (type == evidence::k_summary_type) {
    wanted = "PASSED";
    result = predicate.get_string("verificationResult");
  }
  if (!result) return result.error().str();
  return *result == wanted ? "" : "its result is " + *result;
}

}  // namespace kiln::verification

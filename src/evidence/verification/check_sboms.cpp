// SPDX-License-Identifier: Apache-2.0
#include "base/strings.hpp"
#include "evidence/sbom/check.hpp"
#include "evidence/verification/findings.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::verification {

namespace {

constexpr size_t k_most_named = 5;

bool is_allowed(const sbom::Difference& difference, const std::vector<std::string>& globs) {
  std::string_view path = difference.what;
  if (path.starts_with('/')) path.remove_prefix(1);
  using enum sbom::Difference::Kind;
  bool of_file = difference.kind == file_not_listed || difference.kind == file_not_there ||
                 difference.kind == other_content;
  return of_file && std::ranges::any_of(globs, [&](const std::string& glob) {
           return glob_match(glob.starts_with('/') ? std::string_view(glob).substr(1) : glob, path);
         });
}

std::string names_of(const std::vector<sbom::Difference>& differences) {
  std::string text;
  for (size_t i = 0; i < std::min(differences.size(), k_most_named); ++i)
    text += (i == 0 ? "" : "; ") + sbom::str(differences[i]);
  if (differences.size() > k_most_named)
    text += fmt::format("; and {} more", differences.size() - k_most_named);
  return text;
}

Result<> check_document(const Findings& findings, const SignedStatement& statement,
                        const image::ImageView& view, Verdict& verdict) {
  std::string name = findings.parts.name_of(view.image.descriptor.digest);
  std::string kind = predicate_name(statement.statement.predicate_type);
  const Json& document = statement.statement.predicate;
  if (findings.trust.policy.sbom != Demand::required && !sbom::is_by_kiln(document)) {
    verdict.skip("sbom", name,
                 fmt::format("{}: not compared, since another tool than Kiln made it", kind));
    return {};
  }
  sbom::Claims claims = TRY(sbom::claims_of(document));
  std::vector<sbom::Difference> differences = sbom::check(claims, view);
  size_t allowed = std::erase_if(differences, [&](const sbom::Difference& difference) {
    return is_allowed(difference, findings.trust.policy.allowed_differences);
  });
  if (!differences.empty())
    return fail(ErrorCode::unverified, fmt::format("{}: {}", kind, names_of(differences)));
  std::string text =
      fmt::format("{}: {} and {}, the same as in the image", kind,
                  counted(claims.packages.size(), "package"), counted(claims.files.size(), "file"));
  if (allowed > 0)
    text += fmt::format(", but for {} that the policy allows", counted(allowed, "difference"));
  if (!claims.others.empty())
    text +=
        fmt::format("; and {} of which the image's package database knows nothing, not compared",
                    counted(claims.others.size(), "component"));
  verdict.pass("sbom", name, text);
  return {};
}

}  // namespace

void check_sboms(const Findings& findings, Verdict& verdict) {
  for (const oci::ListedImage& image : findings.parts.images) {
    std::string name = findings.parts.name_of(image.descriptor.digest);
    auto view = findings.views.find(image.descriptor.digest);
    bool compared = false;
    for (const SignedStatement& each : findings.judgement.statements) {
      if (!is_bill_of_materials(each.statement.predicate_type) ||
          !signing::is_about(each.statement, image.descriptor.digest))
        continue;
      compared = true;
      if (view == findings.views.end()) continue;
      Result<> checked = check_document(findings, each, view->second, verdict);
      if (!checked) verdict.refuse("sbom", name, checked.error());
    }
    if (view == findings.views.end())
      verdict.skip("sbom", name, "not compared, since the bytes of the image are not right");
    else if (!compared && findings.trust.policy.sbom == Demand::required)
      verdict.miss("sbom", name, "no trusted signer lists what is in it");
    else if (!compared)
      verdict.skip("sbom", name, "there is none, and the policy does not demand it");
  }
}

}  // namespace kiln::verification

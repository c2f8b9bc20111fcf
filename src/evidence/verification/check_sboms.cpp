// SPDX-License-Identifier: Apache-2.0
#include "base/strings.hpp"
#include "evidence/sbom/check.hpp"
#include "evidence/verification/findings.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace kiln::verification {

namespace {

constexpr size_t k_most_named = 5;

// The documents that can be compared with files one by one.
bool is_comparable(std::string_view type) {
  constexpr std::array<std::string_view, 3> k_types = {
      "https://spdx.dev/Document", "https://cyclonedx.org/bom", "https://cyclonedx.org/bom/v1.6"};
  return std::ranges::find(k_types, type) != k_types.end();
}

// Whether Kiln wrote a document, so that it names every file. Those of other tools seldom do.
bool is_by_kiln(const Json& document) {
  if (auto creators = document.get_strings({"creationInfo", "creators"}))
    return std::ranges::any_of(
        *creators, [](const std::string& creator) { return creator.starts_with("Tool: kiln-"); });
  auto tools = document.get_array({"metadata", "tools", "components"});
  return tools && std::ranges::any_of(**tools, [](const Json& tool) {
           Result<std::string> name = tool.get_string("name");
           return name && *name == "kiln";
         });
}

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
  if (findings.trust.policy.sbom != Demand::required && !is_by_kiln(document)) {
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
  verdict.pass(
      "sbom", name,
      fmt::format("{}: {} and {}, the same as in the image{}", kind,
                  counted(claims.packages.size(), "package"), counted(claims.files.size(), "file"),
                  allowed == 0 ? ""
                               : fmt::format(", but for {} that the policy allows",
                                             counted(allowed, "difference"))));
  return {};
}

}  // namespace

void check_sboms(const Findings& findings, Verdict& verdict) {
  for (const oci::ListedImage& image : findings.parts.images) {
    std::string name = findings.parts.name_of(image.descriptor.digest);
    auto view = findings.views.find(image.descriptor.digest);
    bool compared = false;
    for (const SignedStatement& each : findings.judgement.statements) {
      if (!is_comparable(each.statement.predicate_type) ||
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

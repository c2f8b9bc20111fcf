// SPDX-License-Identifier: Apache-2.0
#include "packages/universe.hpp"

namespace kiln::packages {

namespace {

std::string_view symbol(RelationOp op) {
  switch (op) {
    case RelationOp::any:
      return "";
    case RelationOp::less:
      return "<<";
    case RelationOp::less_equal:
      return "<=";
    case RelationOp::equal:
      return "=";
    case RelationOp::greater_equal:
      return ">=";
    case RelationOp::greater:
      return ">>";
    case RelationOp::fuzzy:
      return "~";
  }
  return "";
}

}  // namespace

std::string Requirement::str() const {
  std::string text = name;
  if (!architecture.empty()) text.append(":").append(architecture);
  if (op != RelationOp::any)
    text.append(" (").append(symbol(op)).append(" ").append(version).append(")");
  return text;
}

std::string_view str(DependencyKind kind) {
  switch (kind) {
    case DependencyKind::pre_depends:
      return "Pre-Depends";
    case DependencyKind::depends:
      return "Depends";
    case DependencyKind::conflicts:
      return "Conflicts";
    case DependencyKind::breaks:
      return "Breaks";
    case DependencyKind::recommends:
      return "Recommends";
    case DependencyKind::suggests:
      return "Suggests";
    case DependencyKind::install_if:
      return "Install-If";
  }
  return "";
}

std::string Dependency::str() const {
  std::string text;
  for (const Requirement& alternative : alternatives) {
    if (!text.empty()) text.append(" | ");
    text.append(alternative.str());
  }
  return text;
}

Result<std::vector<Digest>> Universe::digests(std::span<const CandidateId> candidates,
                                              World&) const {
  std::vector<Digest> digests;
  for (CandidateId candidate : candidates) digests.push_back(get(candidate).sha256);
  return digests;
}

}  // namespace kiln::packages

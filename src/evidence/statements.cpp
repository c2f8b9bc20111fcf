// SPDX-License-Identifier: Apache-2.0
#include "evidence/statements.hpp"

#include "evidence/predicates.hpp"

#include <algorithm>
#include <array>
#include <future>

#include <fmt/format.h>

namespace kiln::evidence {

namespace {

constexpr std::string_view k_spdx3_type = "https://spdx.dev/Document/v3";
constexpr std::string_view k_spdx_type = "https://spdx.dev/Document";
constexpr std::string_view k_cyclonedx_type = "https://cyclonedx.org/bom";

// What the predicates of one build are made from.
struct Making {
  const BuildRecord& record;
  const Documents& documents;
  const Builder& builder;
  const plan::Lock& lock;
  UnixTime now;
  std::vector<InputStatement> made{};  // what a summary may rest on
};

Json predicate_from_record(const StatementKind& kind, const PlatformRecord* platform,
                           const Making& making) {
  if (kind.name == "provenance") return provenance(making.record, *platform, making.builder);
  if (kind.name == "definition") return definition_predicate(making.record, making.lock);
  if (kind.name == "lock") return lock_predicate(making.record);
  ASSERT(kind.name == "summary");
  return verification_summary(making.record, making.builder, making.made, making.now);
}

const DocumentRecord* find_document(const std::vector<DocumentRecord>& records,
                                    std::string_view kind) {
  auto found = std::ranges::find(records, kind, &DocumentRecord::kind);
  return found == records.end() ? nullptr : &*found;
}

// Adds the claim of a kind about the image, or about one platform, unless it needs a document that
// did not come.
void add_claim(const StatementKind& kind, const PlatformRecord* platform, Making& making,
               std::vector<Claim>& claims) {
  const BuildRecord& record = making.record;
  Claim claim;
  claim.kind = &kind;
  claim.target = platform == nullptr ? record.index : platform->manifest;
  std::vector subjects = {signing::subject_of(record.image, claim.target.digest)};
  // What is said of the image holds for the manifest of each platform, by which it may be known.
  if (platform == nullptr)
    for (const PlatformRecord& each : record.platforms)
      subjects.push_back(signing::subject_of(record.image, each.manifest.digest));
  if (kind.source == StatementSource::document) {
    const DocumentRecord* document =
        find_document(platform == nullptr ? record.documents : platform->documents, kind.name);
    if (document == nullptr) return;
    claim.statement =
        signing::encode(kind.predicate_type, subjects, making.documents.at(document->digest));
  } else {
    claim.statement = signing::encode(kind.predicate_type, subjects,
                                      canonical(predicate_from_record(kind, platform, making)));
  }
  if (kind.name != "summary")
    making.made.push_back({kind.predicate_type, sha256(claim.statement.payload)});
  claims.push_back(std::move(claim));
}

}  // namespace

std::span<const StatementKind> statement_kinds() {
  using enum StatementSource;
  static const std::array<StatementKind, 9> k_kinds = {{
      {"provenance", std::string(k_provenance_type), Scope::platform, record},
      {"spdx-2.3", std::string(k_spdx_type), Scope::platform, document},
      {"spdx-3.0.1", std::string(k_spdx3_type), Scope::platform, document},
      {"cyclonedx-1.6", std::string(k_cyclonedx_type), Scope::platform, document},
      {"cyclonedx-1.7", std::string(k_cyclonedx_type), Scope::platform, document},
      {"changelog", changelog_type(), Scope::image, document},
      {"definition", definition_type(), Scope::image, record},
      {"lock", lock_type(), Scope::image, record},
      {"summary", std::string(k_summary_type), Scope::image, record},
  }};
  return k_kinds;
}

const StatementKind* find_statement_kind(std::string_view name) {
  auto found = std::ranges::find(statement_kinds(), name, &StatementKind::name);
  return found == statement_kinds().end() ? nullptr : &*found;
}

Result<std::vector<Claim>> make_claims(const BuildRecord& record, const Documents& documents,
                                       const Builder& builder, UnixTime now) {
  // While statements are made of documents, they are looked at.
  std::future<Result<>> texts =
      std::async(std::launch::async, [&] { return check_texts(record, documents); });
  plan::Lock lock = TRY(check_record(record, documents, builder, now));
  Making making{record, documents, builder, lock, now};
  std::vector<Claim> claims;
  for (const StatementKind& kind : statement_kinds()) {
    if (kind.scope == Scope::image) {
      add_claim(kind, nullptr, making, claims);
    } else {
      for (const PlatformRecord& platform : record.platforms)
        add_claim(kind, &platform, making, claims);
    }
  }
  TRY(texts.get());
  return claims;
}

}  // namespace kiln::evidence

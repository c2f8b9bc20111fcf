// SPDX-License-Identifier: Apache-2.0
#include "evidence/check_record.hpp"

#include "base/strings.hpp"
#include "data/json_check.hpp"
#include "evidence/buildkit.hpp"
#include "evidence/dependencies.hpp"
#include "evidence/statements.hpp"

#include <set>

#include <fmt/format.h>

namespace kiln::evidence {

namespace {

constexpr UnixTime k_clock_tolerance = 300;

std::unexpected<Error> refuse(std::string why) {
  return fail(ErrorCode::unverified, "the build record is refused: " + std::move(why));
}

Result<const std::string*> document(const Documents& documents, const DocumentRecord& record) {
  auto found = documents.find(record.digest);
  if (found == documents.end() || found->second.size() != record.size)
    return refuse(fmt::format("the document {} is not beside it", printable(record.kind)));
  return &found->second;
}

Result<> check_times(const BuildRecord& record, UnixTime now) {
  if (record.started > record.finished) return refuse("it ends before it starts");
  if (record.finished > now + k_clock_tolerance) return refuse("it ends in the future");
  return {};
}

Result<> check_plan(const BuildRecord& record, const PlatformRecord& platform,
                    const plan::Lock& lock) {
  const plan::LockedPlan* locked = lock.find(platform.platform);
  if (locked == nullptr || plan::digest_of(locked->plan) != platform.plan)
    return refuse(fmt::format("the lock has another plan for {}", platform.platform.str()));
  if (locked->plan.spec.image != record.image ||
      locked->plan.spec.definition_name != record.definition)
    return refuse(fmt::format("the plan for {} is that of another image", platform.platform.str()));
  if (dependencies_of(*locked) != platform.dependencies)
    return refuse(
        fmt::format("its inputs for {} are not those of the lock", platform.platform.str()));
  return {};
}

Result<> check_documents(const std::vector<DocumentRecord>& records, Scope scope,
                         const Documents& documents) {
  std::set<std::string> seen;
  for (const DocumentRecord& record : records) {
    if (scope == Scope::image && record.kind == k_index_document) continue;
    const StatementKind* kind = find_statement_kind(record.kind);
    if (kind == nullptr || kind->scope != scope || kind->source != StatementSource::document)
      return refuse(fmt::format("there is no document of the kind {}", printable(record.kind)));
    if (!seen.insert(record.kind).second)
      return refuse(fmt::format("the document {} is there twice", record.kind));
    TRY(document(documents, record));
  }
  return {};
}

}  // namespace

Result<plan::Lock> check_record(const BuildRecord& record, const Documents& documents,
                                const Builder& builder, UnixTime now) {
  if (record.mode != builder.mode)
    return refuse(fmt::format("it is one of the mode '{}', and this signer signs '{}'",
                              printable(record.mode), builder.mode));
  TRY(check_times(record, now));
  const std::string* text = TRY(document(documents, record.lock));
  plan::Lock lock = TRY_CONTEXT(plan::read_lock(*text), "reading the record's lock");
  if (record.platforms.empty() || record.platforms.size() != lock.plans.size())
    return refuse("its platforms are not those of the lock");
  std::set<model::Platform> platforms;
  for (const PlatformRecord& platform : record.platforms) {
    if (!platforms.insert(platform.platform).second)
      return refuse(fmt::format("{} is there twice", platform.platform.str()));
    TRY(check_plan(record, platform, lock));
    TRY(check_documents(platform.documents, Scope::platform, documents));
  }
  TRY(check_documents(record.documents, Scope::image, documents));
  for (const DocumentRecord& each : record.documents) {
    if (each.kind != k_index_document) continue;
    const std::string* index = TRY(document(documents, each));
    TRY(check_index(record, *index));
  }
  return lock;
}

Result<> check_texts(const BuildRecord& record, const Documents& documents) {
  for (const DocumentRecord* each : documents_of(record)) {
    auto text = documents.find(each->digest);
    if (text == documents.end() || !check_json_object(text->second))
      return refuse(fmt::format("the document {} is no JSON object", printable(each->kind)));
  }
  return {};
}

}  // namespace kiln::evidence

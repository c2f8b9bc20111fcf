// SPDX-License-Identifier: Apache-2.0
#include "cli/rebuild_attestation.hpp"

#include "evidence/dependencies.hpp"
#include "evidence/predicates.hpp"
#include "evidence/public_url.hpp"

namespace kiln::cli {

namespace {

// The record of the second build, as far as provenance needs it.
evidence::BuildRecord record_of(const Rebuild& rebuild, const Digest& program) {
  plan::Lock lock = evidence::public_lock(rebuild.lock);
  std::string lock_text = plan::write_lock(lock);
  const plan::Plan& plan = rebuild.locked.plan;
  evidence::BuildRecord record;
  record.mode = evidence::rebuilder().mode;
  record.invocation = new_invocation();
  record.started = rebuild.started;
  record.finished = rebuild.finished;
  record.kiln_version = KILN_VERSION;
  record.kiln_digest = program;
  record.image = plan.spec.image;
  record.definition = plan.spec.definition_name;
  record.lock = {"lock", sha256(lock_text), lock_text.size()};
  record.parameters.platforms = {plan.platform.str()};
  record.parameters.pins = plan::str(rebuild.locked.pins);
  record.parameters.compression = plan.policies.encoder;
  record.parameters.lock = record.lock.digest;
  record.platforms = {{plan.platform,
                       {rebuild.rebuilt, rebuild.original.size},
                       plan::digest_of(plan),
                       evidence::dependencies_of(*lock.find(plan.platform)),
                       {}}};
  return record;
}

Json result_predicate(const Rebuild& rebuild, const evidence::BuildRecord& record) {
  evidence::Resource program;
  program.name = "kiln";
  program.uri = "pkg:generic/kiln@" + record.kiln_version;
  program.digest = evidence::digest_set(record.kiln_digest);
  auto digest_json = [](const Digest& digest) {
    return Json::object({{"digest", Json::object_of(evidence::digest_set(digest))}});
  };
  Json json = Json::object({{"result", rebuild.same ? "MATCH" : "MISMATCH"},
                            {"original", digest_json(rebuild.original.digest)},
                            {"rebuilt", digest_json(rebuild.rebuilt)},
                            {"lock", digest_json(record.lock.digest)},
                            {"plan", digest_json(record.platforms[0].plan)},
                            {"builder", Json::object({{"id", evidence::rebuilder().id}})},
                            {"environment", to_json(std::vector<evidence::Resource>{program})},
                            {"startedOn", format_rfc3339(rebuild.started)},
                            {"finishedOn", format_rfc3339(rebuild.finished)}});
  if (!rebuild.note.empty()) json["note"] = rebuild.note;
  return json;
}

}  // namespace

signing::Signed statements_of(const Rebuild& rebuild, const Digest& program) {
  evidence::BuildRecord record = record_of(rebuild, program);
  std::vector<signing::StatementSubject> subjects = {
      signing::subject_of(record.image, rebuild.original.digest)};
  signing::Signed made{
      .descriptor = rebuild.original, .reference = {}, .statements = {}, .sign_itself = false};
  made.statements.push_back(signing::encode(evidence::rebuild_type(), subjects,
                                            canonical(result_predicate(rebuild, record))));
  // Compared uncompressed, the second image has another digest, and provenance would not be its.
  if (rebuild.same && rebuild.rebuilt == rebuild.original.digest)
    made.statements.push_back(signing::encode(
        std::string(evidence::k_provenance_type), subjects,
        canonical(evidence::provenance(record, record.platforms[0], evidence::rebuilder()))));
  return made;
}

}  // namespace kiln::cli

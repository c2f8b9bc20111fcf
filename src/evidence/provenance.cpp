// SPDX-License-Identifier: Apache-2.0
//
// SLSA provenance v1 (slsa.dev/spec/v1.2/provenance), with the build type that docs/build-type.md
// describes.
#include "evidence/predicates.hpp"

#include <fmt/format.h>

namespace kiln::evidence {

namespace {

Json source_json(const SourceLocation& source) {
  Json json = Json::object({{"digest", Json::object({{"gitCommit", source.commit}})},
                            {"path", source.path},
                            {"modified", source.dirty}});
  if (!source.repository.empty()) json["uri"] = source.repository;
  return json;
}

Json external_parameters(const BuildRecord& record, const PlatformRecord& platform) {
  const Parameters& chosen = record.parameters;
  Json definition = Json::object({{"path", record.definition}});
  if (record.source) definition["source"] = source_json(*record.source);
  Json json = Json::object({{"definition", std::move(definition)},
                            {"platform", platform.platform.str()},
                            {"platforms", Json::array_of(chosen.platforms)},
                            {"pins", chosen.pins},
                            {"compression", chosen.compression},
                            {"mirrors", Json::array_of(chosen.mirrors)},
                            {"rewrites", Json::array()},
                            {"keyrings", Json::array()}});
  for (const plan::Rewrite& rewrite : chosen.rewrites)
    json["rewrites"].push_back(Json::object({{"from", rewrite.from}, {"to", rewrite.to}}));
  for (const Digest& keyring : chosen.keyrings)
    json["keyrings"].push_back(Json::object_of(digest_set(keyring)));
  if (chosen.lock) json["lock"] = Json::object_of(digest_set(*chosen.lock));
  if (chosen.source_date_epoch) json["sourceDateEpoch"] = *chosen.source_date_epoch;
  return json;
}

// The definition's files and, when it lies in version control, the commit.
std::vector<Resource> definition_resources(const BuildRecord& record) {
  std::vector<Resource> resources;
  if (record.source) {
    Resource commit;
    commit.name = "definition source";
    commit.uri = record.source->repository;
    commit.digest = {{"gitCommit", record.source->commit}};
    resources.push_back(std::move(commit));
  }
  for (const FileRecord& file : record.definition_files) {
    Resource resource;
    resource.name = file.path;
    resource.digest = digest_set(file.digest);
    resources.push_back(std::move(resource));
  }
  return resources;
}

Resource byproduct(const DocumentRecord& document) {
  Resource resource;
  resource.name = document.kind;
  resource.digest = digest_set(document.digest);
  resource.media_type = "application/json";
  return resource;
}

Json byproducts(const BuildRecord& record, const PlatformRecord& platform) {
  std::vector<Resource> resources = {byproduct(record.lock)};
  Resource plan;
  plan.name = "plan";
  plan.digest = digest_set(platform.plan);
  resources.push_back(std::move(plan));
  for (const DocumentRecord& document : platform.documents)
    resources.push_back(byproduct(document));
  return to_json(resources);
}

Json run_details(const BuildRecord& record, const PlatformRecord& platform,
                 const Builder& builder) {
  Resource program;
  program.name = "kiln";
  program.uri = fmt::format("pkg:generic/kiln@{}", record.kiln_version);
  program.digest = digest_set(record.kiln_digest);
  return Json::object(
      {{"builder",
        Json::object({{"id", builder.id},
                      {"version", Json::object({{"kiln", record.kiln_version}})},
                      {"builderDependencies", to_json(std::vector<Resource>{program})}})},
       {"metadata", Json::object({{"invocationId", record.invocation},
                                  {"startedOn", format_rfc3339(record.started)},
                                  {"finishedOn", format_rfc3339(record.finished)}})},
       {"byproducts", byproducts(record, platform)}});
}

}  // namespace

std::string build_type() {
  return fmt::format("{}/build-type/image/v1", model::k_uri_base);
}

Json provenance(const BuildRecord& record, const PlatformRecord& platform, const Builder& builder) {
  std::vector<Resource> dependencies = definition_resources(record);
  dependencies.insert(dependencies.end(), platform.dependencies.begin(),
                      platform.dependencies.end());
  Json internal =
      Json::object({{"plan", Json::object_of(digest_set(platform.plan))}, {"mode", record.mode}});
  return Json::object({{"buildDefinition",
                        Json::object({{"buildType", build_type()},
                                      {"externalParameters", external_parameters(record, platform)},
                                      {"internalParameters", std::move(internal)},
                                      {"resolvedDependencies", to_json(dependencies)}})},
                       {"runDetails", run_details(record, platform, builder)}});
}

}  // namespace kiln::evidence

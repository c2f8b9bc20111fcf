// SPDX-License-Identifier: Apache-2.0
//
// results_text and results_json: what a build says about what came out.
#include "base/output_target.hpp"
#include "base/strings.hpp"
#include "cli/build_output.hpp"
#include "evidence/builder.hpp"

#include <map>

#include <fmt/format.h>

namespace kiln::cli {

namespace {

std::string list_or(const std::vector<std::string>& items, std::string_view none) {
  return items.empty() ? std::string(none) : fmt::format("{}", fmt::join(items, " "));
}

std::string scripts_text(const Report& report) {
  size_t bad = report.scripts_not_understood();
  std::string text = fmt::format("    scripts     {} accounted for, {} not understood\n",
                                 report.scripts.size() - bad, bad);
  for (const plan::LockedScript& script : report.scripts)
    if (script.verdict == str(rootfs::ScriptAccount::Verdict::not_understood))
      text += fmt::format("      {} {}: {}\n", script.package, script.script, script.reason);
  return text;
}

std::string image_text(const Built& built, const plan::LockedPlan& locked) {
  const image::Image& image = built.image;
  const Report& report = built.report;
  std::string out = fmt::format("  {}  {}\n", image.platform.str(), image.manifest_digest.str());
  out += fmt::format("    size        {} compressed, {} unpacked, {} layers\n",
                     human_size(image.compressed_size), human_size(image.unpacked_size),
                     image.layers.size());
  out += fmt::format("    contents    {} packages, {} files\n", report.packages, report.files);
  out += fmt::format("    user        {}\n", report.user.empty() ? "root" : report.user);
  out += fmt::format("    shell       {}\n", list_or(report.shells, "none"));
  out += fmt::format("    installer   {}\n", list_or(report.package_managers, "none"));
  out += fmt::format("    setuid      {}\n", list_or(report.setuid, "none"));
  out += scripts_text(report);
  for (const std::string& warning : locked.warnings)
    out += fmt::format("    warning     {}\n", warning);
  return out;
}

Json image_json(const Built& built, const plan::LockedPlan& locked) {
  Json json = to_json(built.report);
  json["platform"] = built.image.platform.str();
  json["digest"] = built.image.manifest_digest.str();
  json["config_digest"] = built.image.config_digest.str();
  json["plan_digest"] = built.image.plan_digest.str();
  json["compressed_size"] = built.image.compressed_size;
  json["unpacked_size"] = built.image.unpacked_size;
  json["layers"] = Json::array();
  for (const image::Layer& layer : built.image.layers)
    json["layers"].push_back(Json::object({{"digest", layer.digest.str()},
                                           {"diff_id", layer.diff_id.str()},
                                           {"size", layer.size},
                                           {"title", layer.title}}));
  json["relaxations"] = Json::array();
  for (const plan::Relaxation& r : locked.relaxations)
    json["relaxations"].push_back(Json::object({{"package", r.package},
                                                {"asked", r.asked},
                                                {"taken", r.taken},
                                                {"policy", plan::str(r.policy)}}));
  json["warnings"] = Json::array_of(locked.warnings);
  return json;
}

// How many manifests a registry gets about each platform, and about the image as a whole.
using ObjectCounts = std::map<std::string, uint64_t>;

ObjectCounts objects_of(const evidence::Evidence& made) {
  ObjectCounts objects = made.objects;
  ++objects["image"];  // the lock, which no signer makes
  return objects;
}

uint64_t total(const ObjectCounts& objects) {
  uint64_t sum = 0;
  for (const auto& [subject, count] : objects) sum += count;
  return sum;
}

std::string objects_text(const ObjectCounts& objects) {
  std::string out = fmt::format("{} in a registry:", total(objects));
  for (const auto& [subject, count] : objects)
    if (subject != "image") out += fmt::format(" {} about {},", count, subject);
  return out + fmt::format(" {} about the image, with its lock", objects.at("image"));
}

// What verifiers will miss, since the signer's key ring lacks a key.
std::vector<std::string> missing_proofs(const evidence::Evidence& made) {
  std::vector<std::string> missing;
  if (made.entries == 0)
    missing.emplace_back(
        "the signer has no key for a log, so neither evidence nor release is in one: "
        "`kiln key generate --role log` makes one");
  if (!made.stamped)
    missing.emplace_back(
        "the signer has no key for time stamps, so nothing proves when this was signed: "
        "`kiln key generate --role timestamp` makes one");
  return missing;
}

std::string evidence_text(const EvidenceReport& report) {
  const evidence::Evidence& made = report.made;
  std::string out = fmt::format("  evidence      {}\n", fmt::join(made.statements, " "));
  if (report.made_before)
    out += fmt::format("    made        {}, by an earlier build of this very image\n",
                       format_rfc3339(*report.made_before));
  out += fmt::format("    changelog   {}\n", report.changelog);
  out += fmt::format("    objects     {}\n", objects_text(objects_of(made)));
  out += fmt::format("    builder     {}\n", made.builder);
  out += fmt::format("    signed by   {}, {}\n", made.key,
                     made.builder == evidence::local_builder().id
                         ? "an untrusted key of this machine: SLSA Build L1"
                         : "the key of that builder");
  if (made.entries > 0)
    out += fmt::format("    log         {}, entries {} to {}\n", made.log, made.first_entry,
                       made.first_entry + made.entries - 1);
  for (const std::string& warning : missing_proofs(made))
    out += fmt::format("    warning     {}\n", warning);
  return out;
}

Json evidence_json(const EvidenceReport& report) {
  const evidence::Evidence& made = report.made;
  ObjectCounts objects = objects_of(made);
  Json about = Json::object();
  for (const auto& [subject, count] : objects) about[subject] = count;
  Json json = Json::object({{"statements", Json::array_of(made.statements)},
                            {"changelog", report.changelog},
                            {"objects", total(objects)},
                            {"objects_about", std::move(about)},
                            {"builder", made.builder},
                            {"key", made.key},
                            {"log", made.log},
                            {"first_entry", made.first_entry},
                            {"entries", made.entries},
                            {"stamped", made.stamped},
                            {"warnings", Json::array_of(missing_proofs(made))}});
  if (report.made_before) json["made_before"] = format_rfc3339(*report.made_before);
  return json;
}

Json result_json(const BuildResult& result) {
  Json json = Json::object({{"definition", result.definition},
                            {"image", result.image},
                            {"digest", result.digest.str()},
                            {"path", result.path.string()},
                            {"notes", Json::array_of(result.notes)},
                            {"platforms", Json::array()}});
  for (size_t i = 0; i < result.images.size(); ++i)
    json["platforms"].push_back(image_json(*result.images[i], *result.plans[i]));
  if (result.evidence) json["evidence"] = evidence_json(*result.evidence);
  return json;
}

}  // namespace

std::string results_text(std::span<const BuildResult> results, double seconds) {
  std::string out;
  for (const BuildResult& result : results) {
    out += fmt::format("{} -> {}\n  {}\n", result.definition, output_name(result.path),
                       result.digest.str());
    for (size_t i = 0; i < result.images.size(); ++i)
      out += image_text(*result.images[i], *result.plans[i]);
    if (result.evidence) out += evidence_text(*result.evidence);
    for (const std::string& note : result.notes) out += fmt::format("  note: {}\n", note);
  }
  return out + fmt::format("{} in {}\n", counted(results.size(), "image"), human_seconds(seconds));
}

Json results_json(std::span<const BuildResult> results, double seconds) {
  Json json = Json::object({{"schema", "kiln.build/1"},
                            {"milliseconds", static_cast<int64_t>(seconds * 1000)},
                            {"images", Json::array()}});
  for (const BuildResult& result : results) json["images"].push_back(result_json(result));
  if (results.size() == 1) {
    json["digest"] = results[0].digest.str();
    json["path"] = results[0].path.string();
  }
  return json;
}

}  // namespace kiln::cli

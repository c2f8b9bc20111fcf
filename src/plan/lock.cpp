// SPDX-License-Identifier: Apache-2.0
#include "plan/lock.hpp"

#include "plan/json_members.hpp"

#include <set>

#include <fmt/format.h>

namespace kiln::plan {

namespace {

Result<PinPolicy> get_pin_policy(const Json& json, std::string_view key) {
  std::string text = TRY(json.get_string(key));
  return parse_pin_policy(text);
}

// --- reasons and origins -------------------------------------------------------------------------

Json reason_to_json(const Reason& reason) {
  return Json::object(
      {{"by", reason.by}, {"relation", reason.relation}, {"alternatives", reason.alternatives}});
}

Result<Reason> reason_from_json(const Json& json) {
  TRY(only_members(json, {"by", "relation", "alternatives"}));
  return Reason{TRY(json.get_string("by")), TRY(json.get_string("relation")),
                TRY(json.get_string("alternatives"))};
}

Json origin_to_json(const Origin& origin, const std::string& name) {
  return Json::object({{"name", name},
                       {"source", origin.source},
                       {"source_version", origin.source_version},
                       {"repository", origin.repository},
                       {"urls", Json::array_of(origin.urls)},
                       {"installed_size", origin.installed_size},
                       {"reasons", array_of(origin.reasons, reason_to_json)}});
}

Result<Origin> origin_from_json(const Json& json, const std::string& name) {
  TRY(only_members(json, {"name", "source", "source_version", "repository", "urls",
                          "installed_size", "reasons"}));
  std::string named = TRY(json.get_string("name"));
  if (named != name)
    return fail(ErrorCode::corrupt,
                fmt::format("the origin of {} stands in the place of {}", named, name));
  Origin origin;
  origin.source = TRY(json.get_string("source"));
  origin.source_version = TRY(json.get_string("source_version"));
  origin.repository = TRY(json.get_string("repository"));
  origin.urls = TRY(json.get_strings("urls"));
  origin.installed_size = TRY(get_size(json, "installed_size"));
  origin.reasons = TRY(vector_from<Reason>(json, "reasons", reason_from_json));
  return origin;
}

// --- what led to the plan ------------------------------------------------------------------------

Json index_to_json(const LockedIndex& index) {
  return Json::object({{"url", index.url},
                       {"suite", index.suite},
                       {"component", index.component},
                       {"date", format_rfc3339(index.date)},
                       {"release_sha256", index.release.hex()},
                       {"index_sha256", index.index.hex()},
                       {"keys", Json::array_of(index.keys)}});
}

Result<LockedIndex> index_from_json(const Json& json) {
  TRY(only_members(
      json, {"url", "suite", "component", "date", "release_sha256", "index_sha256", "keys"}));
  LockedIndex index;
  index.url = TRY(json.get_string("url"));
  index.suite = TRY(json.get_string("suite"));
  index.component = TRY(json.get_string("component"));
  index.date = TRY(get_time(json, "date"));
  index.release = TRY(get_hex_digest(json, "release_sha256"));
  index.index = TRY(get_hex_digest(json, "index_sha256"));
  index.keys = TRY(json.get_strings("keys"));
  return index;
}

Json relaxation_to_json(const Relaxation& relaxation) {
  return Json::object({{"package", relaxation.package},
                       {"asked", relaxation.asked},
                       {"taken", relaxation.taken},
                       {"policy", str(relaxation.policy)}});
}

Result<Relaxation> relaxation_from_json(const Json& json) {
  TRY(only_members(json, {"package", "asked", "taken", "policy"}));
  return Relaxation{TRY(json.get_string("package")), TRY(json.get_string("asked")),
                    TRY(json.get_string("taken")), TRY(get_pin_policy(json, "policy"))};
}

Json rewrite_to_json(const Rewrite& rewrite) {
  return Json::object({{"from", rewrite.from}, {"to", rewrite.to}});
}

Result<Rewrite> rewrite_from_json(const Json& json) {
  TRY(only_members(json, {"from", "to"}));
  return Rewrite{TRY(json.get_string("from")), TRY(json.get_string("to"))};
}

Json script_to_json(const LockedScript& script) {
  return Json::object({{"package", script.package},
                       {"script", script.script},
                       {"sha256", script.sha256.hex()},
                       {"verdict", script.verdict},
                       {"reason", script.reason}});
}

Result<LockedScript> script_from_json(const Json& json) {
  TRY(only_members(json, {"package", "script", "sha256", "verdict", "reason"}));
  return LockedScript{TRY(json.get_string("package")), TRY(json.get_string("script")),
                      TRY(get_hex_digest(json, "sha256")), TRY(json.get_string("verdict")),
                      TRY(json.get_string("reason"))};
}

// --- plans ---------------------------------------------------------------------------------------

Json locked_plan_to_json(const LockedPlan& locked) {
  ASSERT(locked.origins.size() == locked.plan.packages.size());
  Json origins = Json::array();
  for (size_t i = 0; i < locked.origins.size(); ++i)
    origins.push_back(origin_to_json(locked.origins[i], locked.plan.packages[i].id.name));
  Json json = Json::object({{"plan", to_json(locked.plan)},
                            {"plan_digest", digest_of(locked.plan).str()},
                            {"origins", std::move(origins)},
                            {"indexes", array_of(locked.indexes, index_to_json)},
                            {"pins", str(locked.pins)},
                            {"relaxations", array_of(locked.relaxations, relaxation_to_json)},
                            {"rewrites", array_of(locked.rewrites, rewrite_to_json)},
                            {"scripts", array_of(locked.scripts, script_to_json)},
                            {"warnings", Json::array_of(locked.warnings)}});
  if (!locked.places.empty()) json["places"] = Json::object_of(locked.places);
  return json;
}

Result<std::vector<Origin>> origins_from_json(const Json& json, const Plan& plan) {
  const Json::Array& items = *TRY(json.get_array("origins"));
  if (items.size() != plan.packages.size())
    return fail(ErrorCode::corrupt, fmt::format("there are {} origins for {} packages",
                                                items.size(), plan.packages.size()));
  std::vector<Origin> origins;
  for (size_t i = 0; i < items.size(); ++i)
    origins.push_back(TRY(origin_from_json(items[i], plan.packages[i].id.name)));
  return origins;
}

Result<LockedPlan> locked_plan_from_json(const Json& json) {
  TRY(only_members(json, {"plan", "plan_digest", "origins", "indexes", "pins", "relaxations",
                          "rewrites", "scripts", "warnings", "places"}));
  LockedPlan locked;
  const Json& plan = *TRY(json.get_object("plan"));
  locked.plan = TRY(plan_from_json(plan));
  Digest digest = TRY(get_digest(json, "plan_digest"));
  if (sha256(canonical(plan)) != digest || digest_of(locked.plan) != digest)
    return fail(ErrorCode::corrupt,
                fmt::format("the plan for {} is not the one that its digest {} names",
                            locked.plan.platform.str(), digest.str()),
                "the file was changed by hand; make a new one with `kiln lock`");
  locked.origins = TRY(origins_from_json(json, locked.plan));
  locked.indexes = TRY(vector_from<LockedIndex>(json, "indexes", index_from_json));
  locked.pins = TRY(get_pin_policy(json, "pins"));
  locked.relaxations = TRY(vector_from<Relaxation>(json, "relaxations", relaxation_from_json));
  locked.rewrites = TRY(vector_from<Rewrite>(json, "rewrites", rewrite_from_json));
  locked.scripts = TRY(vector_from<LockedScript>(json, "scripts", script_from_json));
  locked.warnings = TRY(json.get_strings("warnings"));
  locked.places = TRY(json.get_string_map_or_empty("places"));
  return locked;
}

Result<Lock> lock_from_json(const Json& json) {
  bool first = json.is_object() && json.get_int_or("format", 0).value_or(0) == 1;
  TRY(check_format(json, first ? 1 : k_lock_format, "lock"));
  TRY(only_members(json, {"format", "kiln", "definition", "created", "plans"}));
  Lock lock;
  lock.kiln_version = TRY(json.get_string("kiln"));
  lock.definition = TRY(json.get_string("definition"));
  lock.created = TRY(get_time(json, "created"));
  lock.plans = TRY(vector_from<LockedPlan>(json, "plans", locked_plan_from_json));
  std::set<model::Platform> platforms;
  for (const LockedPlan& locked : lock.plans)
    if (!platforms.insert(locked.plan.platform).second)
      return fail(ErrorCode::corrupt,
                  fmt::format("there are two plans for {}", locked.plan.platform.str()));
  return lock;
}

}  // namespace

const LockedPlan* Lock::find(const model::Platform& platform) const {
  for (const LockedPlan& locked : plans)
    if (locked.plan.platform == platform) return &locked;
  return nullptr;
}

std::string write_lock(const Lock& lock) {
  return canonical(Json::object({{"format", k_lock_format},
                                 {"kiln", lock.kiln_version},
                                 {"definition", lock.definition},
                                 {"created", format_rfc3339(lock.created)},
                                 {"plans", array_of(lock.plans, locked_plan_to_json)}})) +
         "\n";
}

Result<Lock> read_lock(std::string_view text) {
  Json json = TRY_CONTEXT(parse_json(text), "reading a lock");
  return with_context(lock_from_json(json), "reading a lock");
}

}  // namespace kiln::plan

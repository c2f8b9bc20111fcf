// SPDX-License-Identifier: Apache-2.0
#include "base/strings.hpp"
#include "base/units.hpp"
#include "cli/command.hpp"
#include "store/maintenance.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

Json entry_json(const StoreEntry& entry) {
  return Json::object({{"area", str(entry.area)},
                       {"kind", entry.kind},
                       {"name", entry.name},
                       {"size", entry.size},
                       {"last_used", format_rfc3339(entry.last_used)}});
}

Json entries_json(const std::vector<StoreEntry>& entries) {
  Json list = Json::array();
  for (const StoreEntry& entry : entries) list.push_back(entry_json(entry));
  return list;
}

Json document() {
  return Json::object({{"schema", "kiln.store/1"}});
}

Result<int> where(Session& session, World& world) {
  const StoreLocation& location = world.store.location();
  Json json = document();
  json["path"] = location.root.string();
  json["state"] = location.state.string();
  session.give(location.root.string() + "\n", json);
  return k_exit_ok;
}

Result<int> size(Session& session, World& world) {
  StoreReport report = TRY(report_store(world.store));
  Json json = document();
  json["count"] = report.count;
  json["bytes"] = report.bytes;
  json["parts"] = Json::array();
  std::string text;
  for (const StoreReport::Part& part : report.parts) {
    text += fmt::format("{:<24} {:>7} {:>11}\n", fmt::format("{} {}", str(part.area), part.kind),
                        part.count, human_size(part.bytes));
    json["parts"].push_back(Json::object({{"area", str(part.area)},
                                          {"kind", part.kind},
                                          {"count", part.count},
                                          {"bytes", part.bytes}}));
  }
  text += fmt::format("{:<24} {:>7} {:>11}\n", "all", report.count, human_size(report.bytes));
  session.give(text, json);
  return k_exit_ok;
}

Result<int> list(Session& session, World& world) {
  std::vector<StoreEntry> entries = TRY(list_store(world.store));
  std::string text;
  for (const StoreEntry& entry : entries)
    text += fmt::format("{:>11}  {}  {}\n", human_size(entry.size),
                        format_rfc3339(entry.last_used).substr(0, 10), entry.str());
  Json json = document();
  json["entries"] = entries_json(entries);
  session.give(text, json);
  return k_exit_ok;
}

Result<int> verify(Session& session, World& world) {
  StoreVerification found = TRY(verify_store(world.store, world.threads));
  std::string text =
      fmt::format("checked {} entries, {}\n", found.checked, human_size(found.bytes));
  for (const StoreEntry& entry : found.bad) text += fmt::format("damaged: {}\n", entry.str());
  if (!found.bad.empty())
    text += "what was damaged is set aside and will be fetched or made again\n";
  Json json = document();
  json["checked"] = found.checked;
  json["bytes"] = found.bytes;
  json["damaged"] = entries_json(found.bad);
  session.answer(text, json);
  return found.bad.empty() ? k_exit_ok : k_exit_no;
}

Result<int> prune(Session& session, const Arguments& arguments, World& world) {
  PrunePolicy policy;
  policy.dry_run = arguments.has("--dry-run");
  if (auto age = arguments.value("--unused-for")) policy.unused_for = TRY(parse_age(*age)).count();
  if (auto most = arguments.value("--max-size")) policy.max_bytes = TRY(parse_size(*most));
  if (!policy.unused_for && !policy.max_bytes) policy.unused_for = 30 * 86400;
  PruneResult result = TRY(prune_store(world.store, policy));
  Json json = document();
  json["removed"] = entries_json(result.removed);
  json["removed_bytes"] = result.removed_bytes;
  json["kept_bytes"] = result.kept_bytes;
  session.answer(fmt::format("{} {} entries, {}; {} stay\n",
                             policy.dry_run ? "would remove" : "removed", result.removed.size(),
                             human_size(result.removed_bytes), human_size(result.kept_bytes)),
                 json);
  return k_exit_ok;
}

Result<int> run(Session& session, const Arguments& arguments) {
  World& world = *TRY(session.world());
  const std::string& action = arguments.positionals()[0];
  if (action == "where") return where(session, world);
  if (action == "size") return size(session, world);
  if (action == "list") return list(session, world);
  if (action == "verify") return verify(session, world);
  return prune(session, arguments, world);
}

}  // namespace

const Command k_store = {
    .spec =
        {.name = "store",
         .summary = "look after the place where fetched and made things lie",
         .description =
             "The store keeps packages, indexes and layers by their digest and is shared by all "
             "builds. `where` prints its directory, `size` what lies there, `list` every entry, "
             "`verify` hashes all of it, `prune` removes what was not used for 30 days, or what "
             "the "
             "options say. Everything that is removed can be fetched or made again.",
         .positionals = {{.name = "ACTION",
                          .choices = {"where", "size", "list", "verify", "prune"}}},
         .options = {{"--unused-for", "AGE", "prune: remove what was not used for so long"},
                     {"--max-size", "SIZE",
                      "prune: then remove the least recently used beyond SIZE"},
                     {"--dry-run", "", "prune: only say what would go"}},
         .examples = {{"kiln store size", "how much lies there, by kind"},
                      {"kiln store prune --max-size 20G", "keep what was used last, up to 20 GiB"},
                      {"kiln store verify", "find what the disk has damaged"}},
         .exits = {{1, "verify found something damaged"}},
         .actions = {{"where"},
                     {"size"},
                     {"list"},
                     {"verify"},
                     {"prune", 0, {"--unused-for", "--max-size", "--dry-run"}}}},
    .run = run};

}  // namespace kiln::cli

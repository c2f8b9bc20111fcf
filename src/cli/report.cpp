// SPDX-License-Identifier: Apache-2.0
#include "cli/report.hpp"

#include "rootfs/audit.hpp"

#include <algorithm>

namespace kiln::cli {

namespace {

Json scripts_json(const std::vector<plan::LockedScript>& scripts) {
  Json list = Json::array();
  for (const plan::LockedScript& s : scripts)
    list.push_back(Json::object({{"package", s.package},
                                 {"script", s.script},
                                 {"sha256", s.sha256.hex()},
                                 {"verdict", s.verdict},
                                 {"reason", s.reason}}));
  return list;
}

Result<std::vector<plan::LockedScript>> scripts_from_json(const Json::Array& list) {
  std::vector<plan::LockedScript> scripts;
  for (const Json& item : list) {
    plan::LockedScript script;
    script.package = TRY(item.get_string("package"));
    script.script = TRY(item.get_string("script"));
    std::string digest = TRY(item.get_string("sha256"));
    script.sha256 = TRY(Digest::from_hex(digest));
    script.verdict = TRY(item.get_string("verdict"));
    script.reason = TRY(item.get_string("reason"));
    scripts.push_back(std::move(script));
  }
  return scripts;
}

}  // namespace

size_t Report::scripts_not_understood() const {
  const std::string_view bad = str(rootfs::ScriptAccount::Verdict::not_understood);
  return static_cast<size_t>(std::count_if(scripts.begin(), scripts.end(),
                                           [&](const auto& s) { return s.verdict == bad; }));
}

Report make_report(const plan::Plan& plan, const rootfs::Rootfs& rootfs) {
  rootfs::Audit audit = rootfs::audit(rootfs);
  Report report;
  report.packages = plan.packages.size();
  report.files = static_cast<size_t>(std::count_if(
      rootfs.nodes.begin(), rootfs.nodes.end(),
      [](const auto& entry) { return entry.second.type != model::FileType::directory; }));
  report.setuid = std::move(audit.setuid);
  report.setuid.insert(report.setuid.end(), audit.setgid.begin(), audit.setgid.end());
  report.shells = std::move(audit.shells);
  report.package_managers = std::move(audit.package_managers);
  report.user = plan.spec.accounts.run_as;
  report.warnings = rootfs.warnings;
  for (const rootfs::ScriptAccount& account : rootfs.scripts)
    report.scripts.push_back({account.package.name, account.script, account.sha256,
                              std::string(str(account.verdict)), account.reason});
  return report;
}

Json to_json(const Report& report) {
  return Json::object({{"packages", report.packages},
                       {"files", report.files},
                       {"setuid", Json::array_of(report.setuid)},
                       {"shells", Json::array_of(report.shells)},
                       {"package_managers", Json::array_of(report.package_managers)},
                       {"user", report.user},
                       {"scripts", scripts_json(report.scripts)},
                       {"scripts_not_understood", report.scripts_not_understood()},
                       {"warnings", Json::array_of(report.warnings)}});
}

Result<Report> report_from_json(const Json& json) {
  Report report;
  report.packages = static_cast<size_t>(TRY(json.get_int("packages")));
  report.files = static_cast<size_t>(TRY(json.get_int("files")));
  report.setuid = TRY(json.get_strings("setuid"));
  report.shells = TRY(json.get_strings("shells"));
  report.package_managers = TRY(json.get_strings("package_managers"));
  report.user = TRY(json.get_string("user"));
  const Json::Array* scripts = TRY(json.get_array("scripts"));
  report.scripts = TRY(scripts_from_json(*scripts));
  report.warnings = TRY(json.get_strings("warnings"));
  return report;
}

}  // namespace kiln::cli

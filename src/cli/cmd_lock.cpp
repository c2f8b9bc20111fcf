// SPDX-License-Identifier: Apache-2.0
#include "cli/build_output.hpp"
#include "cli/command.hpp"
#include "cli/lock_file.hpp"
#include "cli/pipeline.hpp"
#include "plan/lock_diff.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

// A plan for every platform, with its packages fetched: a lock accounts for their scripts.
Result<plan::Lock> new_lock(const std::vector<Subject>& subjects, const Arguments& arguments,
                            Session& session) {
  std::vector<Task> tasks = TRY(make_tasks(subjects, arguments.values("--platform"), session));
  std::vector<plan::LockedPlan> plans = TRY(resolve_tasks(tasks, session));
  std::vector<const plan::LockedPlan*> list;
  for (const plan::LockedPlan& locked : plans) list.push_back(&locked);
  TRY(fetch_inputs(list, session));
  World& world = *TRY(session.world());
  for (plan::LockedPlan& locked : plans) {
    rootfs::Rootfs tree = TRY(install_plan(locked.plan, world));
    locked.scripts = make_report(locked.plan, tree).scripts;
  }
  return make_lock(list);
}

std::string summary(const plan::Lock& lock) {
  std::string out;
  for (const plan::LockedPlan& locked : lock.plans) {
    out += fmt::format("  {}  {} packages, plan {}\n", locked.plan.platform.str(),
                       locked.plan.packages.size(), plan::digest_of(locked.plan).str());
    for (const std::string& warning : locked.warnings)
      out += fmt::format("    warning {}\n", warning);
  }
  return out;
}

Json document(const Path& path, const plan::Lock& lock, const std::vector<plan::Change>& changes) {
  Json json = Json::object({{"schema", "kiln.lock/1"},
                            {"path", path.string()},
                            {"definition", lock.definition},
                            {"plans", Json::array()},
                            {"changes", Json::array()}});
  for (const plan::LockedPlan& locked : lock.plans)
    json["plans"].push_back(Json::object({{"platform", locked.plan.platform.str()},
                                          {"digest", plan::digest_of(locked.plan).str()},
                                          {"packages", locked.plan.packages.size()}}));
  for (const plan::Change& change : changes)
    json["changes"].push_back(Json::object({{"platform", change.platform},
                                            {"kind", plan::str(change.kind)},
                                            {"name", change.name},
                                            {"before", change.before},
                                            {"after", change.after},
                                            {"why", change.why}}));
  return json;
}

std::string changes_text(const std::vector<plan::Change>& changes) {
  if (changes.empty()) return "nothing changes\n";
  std::string out;
  for (const plan::Change& change : changes)
    out += fmt::format("{}: {}\n", change.platform, change.str());
  return out;
}

Result<int> run(Session& session, const Arguments& arguments) {
  std::vector<std::string> names = {arguments.positionals()[0]};
  std::vector<Subject> subjects = TRY(load_subjects(names, session));
  if (subjects.size() != 1)
    return fail(ErrorCode::bad_input, "a lock is made of one definition",
                "name the file, not a directory");
  Path path =
      arguments.value("--output").value_or(Path(names[0]).replace_extension(".lock").string());
  bool exists = std::filesystem::exists(path);
  bool check = arguments.has("--check");
  bool update = arguments.has("--update");
  if (exists && !check && !update)
    return fail(ErrorCode::bad_input, fmt::format("{} is there already", path.string()),
                "--update shows what would change and writes it, --check only shows it");
  if (!exists && check)
    return fail(ErrorCode::not_found, fmt::format("there is no lock {}", path.string()));

  plan::Lock lock = TRY(new_lock(subjects, arguments, session));
  std::vector<plan::Change> changes;
  std::string text;
  if (exists) {
    plan::Lock before = TRY(read_lock_file(path));
    changes = plan::diff(before, lock);
    text += changes_text(changes);
  }
  if (!check && (!exists || !changes.empty())) {
    TRY(write_file(path, plan::write_lock(lock)));
    text += fmt::format("{}\n{}", path.string(), summary(lock));
  }
  if (auto bundle = arguments.value("--bundle")) {
    World& world = *TRY(session.world());
    size_t files = TRY(export_bundle(lock, *bundle, world.store));
    text += fmt::format("{} files in {}\n", files, *bundle);
  }
  session.answer(text, document(path, lock, changes));
  return check && !changes.empty() ? k_exit_no : k_exit_ok;
}

}  // namespace

const Command k_lock = {
    .spec =
        {.name = "lock",
         .summary = "write down exactly what an image is built from",
         .description =
             "Resolves a definition and writes its plan as a lock file: every package with "
             "version, "
             "URL, size, digest and the reason why it is there, the normalised definition with its "
             "local files by digest, and the signed indexes that were read. `kiln build --lock` "
             "builds exactly that, also offline and when the archive has moved on.",
         .positionals = {{.name = "DEFINITION"}},
         .options = with_planning_options(
             {{"--output", "FILE", "the lock (default: the definition's name with .lock)", 'o'},
              {"--update", "", "show what changes and why, and write the new lock"},
              {"--check", "", "only show what an update would change"},
              {"--bundle", "DIR", "also write every input into DIR, for a build without archives"},
              {"--platform", "linux/ARCH", "lock this platform, not the definition's", 0, true}}),
         .examples = {{"kiln lock app.yaml", "writes app.lock"},
                      {"kiln lock app.yaml --check", "exit 1 when the archive has something newer"},
                      {"kiln lock app.yaml --bundle inputs",
                       "for `kiln build app.yaml --lock inputs/kiln.lock --bundle inputs`"}},
         .exits = {{1, "--check found changes"}}},
    .run = run};

}  // namespace kiln::cli

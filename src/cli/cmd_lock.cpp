// SPDX-License-Identifier: Apache-2.0
#include "base/output_target.hpp"
#include "cli/build_output.hpp"
#include "cli/command.hpp"
#include "cli/lock_file.hpp"
#include "cli/pipeline.hpp"
#include "plan/lock_diff.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

// A plan for every platform, with its tree made: a lock accounts for maintainer scripts and says
// what making the tree warns of.
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
    add_account(locked, make_report(locked.plan, tree));
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

// Writes the inputs of a lock into --bundle, if it is given; says so.
Result<std::string> write_bundle(const plan::Lock& lock, const Arguments& arguments,
                                 Session& session) {
  std::optional<std::string> bundle = arguments.value("--bundle");
  if (!bundle) return "";
  World& world = *TRY(session.world());
  size_t files = TRY(export_bundle(lock, *bundle, world.store));
  return fmt::format("{} files in {}\n", files, *bundle);
}

// The inputs of a lock that is there, as it names them; the archives' indexes are not looked at.
Result<int> bundle_lock(const std::vector<Subject>& subjects, const Path& path,
                        const Arguments& arguments, Session& session) {
  for (std::string_view other : {"--output", "--update", "--check"})
    if (arguments.has(other))
      return fail(ErrorCode::bad_input, fmt::format("--lock and {} exclude each other", other),
                  "--lock FILE --bundle DIR writes the inputs of FILE; a new lock is made without "
                  "--lock");
  TRY(refuse_planning_options(arguments));
  if (!arguments.has("--bundle"))
    return fail(ErrorCode::bad_input, "--lock without --bundle has nothing to do",
                "--bundle DIR writes the inputs of the lock into DIR");
  plan::Lock lock = TRY(read_lock_file(path));
  std::vector<std::string> platforms = arguments.values("--platform");
  if (platforms.empty())
    for (const plan::LockedPlan& locked : lock.plans)
      platforms.push_back(locked.plan.platform.str());
  std::vector<Task> tasks = TRY(make_tasks(subjects, platforms, session));
  lock.plans = TRY(plans_from_lock(tasks, path));
  std::vector<const plan::LockedPlan*> list;
  for (const plan::LockedPlan& locked : lock.plans) list.push_back(&locked);
  MakeOptions places;
  places.root = subjects.front().root;
  TRY(fetch_inputs(list, session, places));
  std::string text = TRY(write_bundle(lock, arguments, session));
  session.answer(text, document(path, lock, {}));
  return k_exit_ok;
}

Result<> check_arguments(const Path& path, bool exists, const Arguments& arguments) {
  bool check = arguments.has("--check");
  if (check && arguments.has("--update"))
    return fail(ErrorCode::bad_input, "--check and --update exclude each other",
                "--update shows what changes as well");
  if (check && arguments.has("--bundle"))
    return fail(
        ErrorCode::bad_input, "--check writes nothing, and so no bundle",
        fmt::format("`--lock {} --bundle DIR` writes the inputs of that lock", path.string()));
  if (exists && !check && !arguments.has("--update"))
    return fail(ErrorCode::bad_input, fmt::format("{} is there already", path.string()),
                arguments.has("--bundle")
                    ? fmt::format("--lock {} writes the inputs of that lock, --update a new lock "
                                  "and its inputs",
                                  path.string())
                    : "--update shows what would change and writes it, --check only shows it");
  if (!exists && check)
    return fail(ErrorCode::not_found, fmt::format("there is no lock {}", path.string()));
  return {};
}

Result<int> run(Session& session, const Arguments& arguments) {
  std::vector<std::string> names = {arguments.positionals()[0]};
  std::error_code error;
  if (std::filesystem::is_directory(names[0], error))
    return fail(ErrorCode::bad_input,
                fmt::format("{} is a directory, and a lock is made of one definition", names[0]),
                "name the definition's file");
  std::vector<Subject> subjects = TRY(load_subjects(names, session));
  if (auto lock = arguments.value("--lock"))
    return bundle_lock(subjects, *lock, arguments, session);
  std::optional<std::string> wanted = arguments.value("--output");
  Path path = wanted ? output_path(*wanted) : Path(names[0]).replace_extension(".lock");
  TRY(session.reserve_output(path));
  bool exists = std::filesystem::is_regular_file(path) && !is_standard_output(path);
  bool check = arguments.has("--check");
  TRY(check_arguments(path, exists, arguments));

  plan::Lock lock = TRY(new_lock(subjects, arguments, session));
  std::vector<plan::Change> changes;
  if (exists) {
    plan::Lock before = TRY(read_lock_file(path));
    // Of what was not asked about nothing is known.
    if (check && arguments.has("--platform"))
      std::erase_if(before.plans, [&](const plan::LockedPlan& locked) {
        return lock.find(locked.plan.platform) == nullptr;
      });
    changes = plan::diff(before, lock);
    session.begin_answer(changes_text(changes));
  }
  std::string text;
  if (!check && (!exists || !changes.empty())) {
    TRY(write_file(path, plan::write_lock(lock)));
    text += fmt::format("{}\n{}", output_name(path), summary(lock));
  }
  text += TRY(write_bundle(lock, arguments, session));
  session.answer(text, document(path, lock, changes));
  return check && !changes.empty() ? k_exit_no : k_exit_ok;
}

}  // namespace

const Command k_lock = {
    .spec =
        {.name = "lock",
         .summary = "write down exactly what an image is built from",
         .description =
             "Resolves one definition and writes its plan as a lock file: every package with "
             "version, "
             "URL, size, digest and the reason why it is there, the normalised definition with its "
             "local files by digest, and the signed indexes that were read. `kiln build --lock` "
             "builds exactly that, also offline and when the archive has moved on.",
         .positionals = {{.name = "DEFINITION"}},
         .options = with_planning_options(
             {{"--output", "FILE",
               "the lock (default: the definition's name with .lock); - is standard output", 'o'},
              {"--update", "", "show what changes and why, then write the new lock"},
              {"--check", "", "only show what an update would change"},
              {"--bundle", "DIR", "also write every input into DIR, for a build without archives"},
              {"--lock", "FILE", "with --bundle: the inputs of this lock, and no new lock"},
              {"--platform", "linux/ARCH", "lock only this one of the definition's platforms", 0,
               true}}),
         .examples = {{"kiln lock app.yaml", "writes app.lock"},
                      {"kiln lock app.yaml --check", "exit 1 when the archive has something newer"},
                      {"kiln lock app.yaml --bundle inputs",
                       "for `kiln build app.yaml --lock inputs/kiln.lock --bundle inputs`"},
                      {"kiln lock app.yaml --lock app.lock --bundle inputs",
                       "the same for a lock that is there, as it is"}},
         .exits = {{1, "--check found changes"}}},
    .run = run};

}  // namespace kiln::cli

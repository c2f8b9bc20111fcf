// SPDX-License-Identifier: Apache-2.0
#include "base/strings.hpp"
#include "base/threads.hpp"
#include "cli/command.hpp"
#include "cli/pipeline.hpp"
#include "definition/info.hpp"
#include "lint/definition_checks.hpp"
#include "lint/tree_checks.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

struct Found {
  Diagnostics diagnostics;
  size_t files = 0;
};

// Loads every definition, keeps those without errors, and collects what is wrong with the others.
Result<std::vector<Subject>> load_all(std::span<const std::string> paths, Session& session,
                                      Found& found) {
  std::vector<Path> files = TRY(find_definitions(paths));
  std::vector<std::optional<definition::Definition>> loaded(files.size());
  std::vector<Diagnostics> mistakes(files.size());
  const UnixTime now = SystemClock().now();
  TRY(parallel_for(files.size(), session.threads(), [&](size_t i) -> Result<> {
    loaded[i] = definition::load_file(files[i], mistakes[i]);
    if (loaded[i]) lint::check_definition(*loaded[i], now, mistakes[i]);
    return {};
  }));
  std::vector<Subject> subjects;
  for (size_t i = 0; i < files.size(); ++i) {
    found.diagnostics.merge(mistakes[i]);
    if (loaded[i])
      subjects.push_back({files[i], definition::find_root(files[i]), std::move(*loaded[i])});
  }
  found.files = files.size();
  return subjects;
}

// The info.yaml beside definitions of a tree.
Result<> check_info_files(std::span<const std::string> paths, Found& found) {
  for (const Path& file : TRY(find_named(paths, "info.yaml"))) {
    std::string text = TRY(read_file(file, 1U << 20));
    found.diagnostics.add_text(file.string(), text);
    definition::load_info(file.string(), text, found.diagnostics);
    ++found.files;
  }
  return {};
}

// Resolves and installs what can be built, and looks at the trees.
Result<> check_trees(const std::vector<Subject>& subjects, Session& session, Found& found) {
  World& world = *TRY(session.world());
  for (const Subject& subject : subjects) {
    if (!definition::unsupported_keys(subject.definition).empty()) continue;
    std::vector<Task> tasks = TRY(make_tasks({&subject, 1}, {}, session));
    std::vector<plan::LockedPlan> plans = TRY(resolve_tasks(tasks, session));
    for (const plan::LockedPlan& locked : plans) {
      const plan::LockedPlan* list[] = {&locked};
      TRY(fetch_inputs(list, session));
      rootfs::Rootfs tree = TRY(install_plan(locked.plan, world));
      lint::check_tree(subject.definition, locked.plan, tree, world.store, found.diagnostics);
    }
  }
  return {};
}

Result<int> run(Session& session, const Arguments& arguments) {
  Found found;
  std::vector<Subject> subjects = TRY(load_all(arguments.positionals(), session, found));
  TRY(check_info_files(arguments.positionals(), found));
  std::vector<const definition::Definition*> definitions;
  for (const Subject& subject : subjects) definitions.push_back(&subject.definition);
  lint::check_catalog(definitions, found.diagnostics);
  if (arguments.has("--deep")) TRY(check_trees(subjects, session, found));

  found.diagnostics.sort();
  size_t errors = found.diagnostics.error_count();
  size_t others = found.diagnostics.size() - errors;
  std::string text = found.diagnostics.print(false);
  text += fmt::format("{}, {}, {}\n", counted(found.files, "file"), counted(errors, "error"),
                      counted(others, "warning or hint", "warnings and hints"));
  session.answer(text, Json::object({{"schema", "kiln.lint/1"},
                                     {"files", found.files},
                                     {"errors", errors},
                                     {"diagnostics", diagnostics_json(found.diagnostics)}}));
  bool strict = arguments.has("--strict");
  return errors > 0 || (strict && others > 0) ? k_exit_no : k_exit_ok;
}

}  // namespace

const Command k_lint = {
    .spec =
        {.name = "lint",
         .summary = "check definitions or a whole catalog",
         .description =
             "Reports every mistake in definitions and info.yaml files, each with file, line and "
             "column, and gives advice about what is right but unwise. With --deep it also "
             "resolves "
             "and unpacks what can be built and looks at the result: an entrypoint that is not "
             "there, a script without its interpreter, a program without a library, a maintainer "
             "script that is not understood.",
         .positionals = {{.name = "PATH", .repeatable = true}},
         .options = with_planning_options(
             {{"--deep", "", "also look at the files that would be in the images"},
              {"--strict", "", "let warnings and hints fail, too"}}),
         .examples = {{"kiln lint app.yaml", "mistakes and advice"},
                      {"kiln lint --deep --strict catalog", "everything, for a catalog's CI"}},
         .exits = {{1, "something was found (with --strict also a warning or hint)"}}},
    .run = run};

}  // namespace kiln::cli

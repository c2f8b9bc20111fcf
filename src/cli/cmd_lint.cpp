// SPDX-License-Identifier: Apache-2.0
#include "base/files.hpp"
#include "base/strings.hpp"
#include "base/threads.hpp"
#include "cli/command.hpp"
#include "cli/pipeline.hpp"
#include "definition/info.hpp"
#include "lint/definition_checks.hpp"
#include "lint/tree_checks.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace kiln::cli {

namespace {

Result<> check_info_file(const Path& file, Diagnostics& diagnostics) {
  std::string text = TRY(read_file(file, 1U << 20));
  diagnostics.add_text(file.string(), text);
  definition::load_info(file.string(), text, diagnostics);
  return {};
}

// The info.yaml beside definitions of a tree.
Result<> check_info_files(std::span<const std::string> paths, Session& session,
                          LoadedSubjects& found) {
  std::vector<Path> files = TRY(find_named(paths, "info.yaml"));
  std::vector<Diagnostics> mistakes(files.size());
  TRY(parallel_for(files.size(), session.threads(),
                   [&](size_t i) { return check_info_file(files[i], mistakes[i]); }));
  for (Diagnostics& some : mistakes) found.diagnostics.merge(std::move(some));
  found.files += files.size();
  return {};
}

// Resolves what can be built, all of it from one reading of the indexes, and looks at the trees.
Result<> check_trees(LoadedSubjects& found, Session& session) {
  std::vector<Task> tasks;
  for (const Subject& subject : found.subjects) {
    if (!definition::unsupported_keys(subject.definition).empty()) continue;
    std::vector<Task> some = TRY(make_tasks({&subject, 1}, {}, session));
    std::ranges::move(some, std::back_inserter(tasks));
  }
  std::vector<plan::LockedPlan> plans = TRY(resolve_tasks(tasks, session));
  World& world = *TRY(session.world());
  for (size_t i = 0; i < tasks.size(); ++i) {
    const plan::LockedPlan* list[] = {&plans[i]};
    TRY(fetch_inputs(list, session));
    rootfs::Rootfs tree = TRY(install_plan(plans[i].plan, world));
    lint::check_tree(tasks[i].subject->definition, plans[i].plan, tree, world.store,
                     found.diagnostics);
  }
  return {};
}

Result<int> run(Session& session, const Arguments& arguments) {
  const UnixTime now = SystemClock().now();
  LoadedSubjects found =
      TRY(read_subjects(arguments.positionals(), session,
                        [&](const definition::Definition& definition, Diagnostics& diagnostics) {
                          lint::check_definition(definition, now, diagnostics);
                        }));
  TRY(check_info_files(arguments.positionals(), session, found));
  std::vector<const definition::Definition*> definitions;
  for (const Subject& subject : found.subjects) definitions.push_back(&subject.definition);
  lint::check_catalog(definitions, found.diagnostics);
  if (arguments.has("--deep")) TRY(check_trees(found, session));

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

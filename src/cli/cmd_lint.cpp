// SPDX-License-Identifier: Apache-2.0
#include "base/files.hpp"
#include "base/strings.hpp"
#include "base/threads.hpp"
#include "cli/command.hpp"
#include "cli/failures.hpp"
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

// Whether an error is the definition's: not that of a network, a disk, or a mirror.
bool is_finding(const Error& error) {
  switch (error.code) {
    case ErrorCode::bad_input:
    case ErrorCode::not_found:
    case ErrorCode::unsatisfiable:
    case ErrorCode::unsupported:
    case ErrorCode::limit:
      return true;
    default:
      return false;
  }
}

Result<> check_tree(const Task& task, const plan::LockedPlan& locked, Session& session,
                    Diagnostics& diagnostics) {
  World& world = *TRY(session.world());
  const plan::LockedPlan* list[] = {&locked};
  TRY(fetch_inputs(list, session));
  Result<rootfs::Rootfs> installed = install_plan(locked.plan, world);
  if (!installed) add_places(installed.error(), locked);
  rootfs::Rootfs tree = TRY(std::move(installed));
  lint::check_tree(task.subject->definition, locked.plan, tree, world.store, diagnostics);
  return {};
}

// Resolves what can be built, all of it from one reading of the indexes, and looks at the trees.
// What is wrong with one definition is found of it, and the others are looked at all the same. How
// many could not be looked at, since they need what `build` cannot do.
Result<size_t> check_trees(LoadedSubjects& found, Session& session) {
  Failures failures;
  auto note = [&](const Subject& subject, Error error) -> Result<> {
    if (!is_finding(error)) return std::unexpected(std::move(error));
    failures.add(subject, error);
    return {};
  };
  std::vector<Task> tasks;
  size_t left_alone = 0;
  for (const Subject& subject : found.subjects) {
    if (!definition::unsupported_keys(subject.definition).empty()) {
      ++left_alone;
      continue;
    }
    Result<std::vector<Task>> some = make_tasks({&subject, 1}, {}, session);
    if (some)
      std::ranges::move(*some, std::back_inserter(tasks));
    else
      TRY(note(subject, std::move(some.error())));
  }
  Resolved resolved = TRY(resolve_each(tasks, session));
  for (size_t i = 0; i < tasks.size(); ++i) {
    std::optional<Error>& error = resolved.errors[i];
    Result<> looked;
    if (error)
      looked = std::unexpected(std::move(*error));
    else
      looked = check_tree(tasks[i], resolved.plans[i], session, found.diagnostics);
    if (!looked) TRY(note(*tasks[i].subject, std::move(looked.error())));
  }
  found.diagnostics.merge(failures.diagnostics());
  return left_alone;
}

// Definitions are what is no info.yaml.
Result<LoadedSubjects> read_definitions(std::span<const std::string> paths, Session& session) {
  std::vector<std::string> others;
  for (const std::string& path : paths)
    if (Path(path).filename() != "info.yaml" || std::filesystem::is_directory(path))
      others.push_back(path);
  if (others.empty()) return LoadedSubjects{};
  const UnixTime now = SystemClock().now();
  return read_subjects(others, session,
                       [&](const definition::Definition& definition, Diagnostics& diagnostics) {
                         lint::check_definition(definition, now, diagnostics);
                       });
}

Result<int> run(Session& session, const Arguments& arguments) {
  LoadedSubjects found = TRY(read_definitions(arguments.positionals(), session));
  TRY(check_info_files(arguments.positionals(), session, found));
  std::vector<const definition::Definition*> definitions;
  for (const Subject& subject : found.subjects) definitions.push_back(&subject.definition);
  lint::check_catalog(definitions, found.diagnostics);
  size_t left_alone = 0;
  if (arguments.has("--deep")) {
    Result<size_t> looked = check_trees(found, session);
    if (!looked) {
      session.show(found.diagnostics);
      return std::unexpected(std::move(looked.error()));
    }
    left_alone = *looked;
  }

  found.diagnostics.sort();
  size_t errors = found.diagnostics.error_count();
  size_t others = found.diagnostics.size() - errors;
  std::string text = found.diagnostics.print(false);
  text += fmt::format("{}, {}, {}\n", counted(found.files, "file"), counted(errors, "error"),
                      counted(others, "warning or hint", "warnings and hints"));
  text += passed_over_text(found.passed_over);
  if (left_alone > 0)
    text += fmt::format("{} not unpacked: `kiln build` cannot do all that they need\n",
                        counted(left_alone, "definition"));
  session.answer(text, Json::object({{"schema", "kiln.lint/1"},
                                     {"files", found.files},
                                     {"passed_over", found.passed_over.size()},
                                     {"not_unpacked", left_alone},
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

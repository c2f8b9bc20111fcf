// SPDX-License-Identifier: Apache-2.0
#include "cli/build_batches.hpp"

#include "base/strings.hpp"
#include "lint/definition_checks.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace kiln::cli {

Result<std::vector<Subject>> wanted_subjects(std::span<const std::string> paths, bool keep_going,
                                             Session& session, Failures& failures) {
  LoadedSubjects loaded = TRY(read_subjects(paths, session));
  session.show(loaded.diagnostics);
  size_t unreadable = loaded.files - loaded.subjects.size();
  if (loaded.diagnostics.has_errors() && (!keep_going || loaded.files == 1))
    return std::unexpected(loaded.diagnostics.as_error());
  failures.add_unreadable(unreadable);
  size_t others = std::erase_if(loaded.subjects, [](const Subject& subject) {
    return !subject.named && subject.definition.kind != definition::Kind::image;
  });
  if (others > 0)
    session.remark(fmt::format("passed over {}: packages and charts are not built here\n",
                               counted(others, "definition")));
  if (!loaded.passed_over.empty()) session.remark(passed_over_text(loaded.passed_over));
  if (loaded.subjects.empty() && failures.empty())
    return fail(ErrorCode::bad_input, "none of the definitions is an image's",
                "packages and charts are not built here");
  return std::move(loaded.subjects);
}

void warn_of_shared_names(std::span<const Subject> subjects, Session& session) {
  std::vector<const definition::Definition*> definitions;
  for (const Subject& subject : subjects) definitions.push_back(&subject.definition);
  Diagnostics found;
  lint::check_catalog(definitions, found);
  Diagnostics warnings;
  for (Diagnostic shared : found.list()) {
    shared.severity = Severity::warning;
    warnings.add(std::move(shared));
  }
  session.show(warnings);
}

std::vector<Task> tasks_of(std::span<const Subject> subjects,
                           std::span<const std::string> platforms, Session& session,
                           Failures& failures) {
  std::vector<Task> tasks;
  for (const Subject& subject : subjects) {
    size_t shown = session.diagnostics().error_count();
    auto some = make_tasks({&subject, 1}, platforms, session);
    if (some)
      std::ranges::move(*some, std::back_inserter(tasks));
    else
      failures.add(subject, some.error(), session.diagnostics().error_count() > shown);
  }
  return tasks;
}

std::deque<Batch> batches_of(std::vector<Task> tasks, Resolved resolved, const Failures& failures,
                             bool each) {
  std::deque<Batch> batches;
  for (size_t i = 0; i < tasks.size(); ++i) {
    const Subject* subject = tasks[i].subject;
    if (failures.has(*subject)) continue;
    if (batches.empty() || (each && batches.back().subjects.back() != subject))
      batches.emplace_back();
    Batch& batch = batches.back();
    if (batch.subjects.empty() || batch.subjects.back() != subject)
      batch.subjects.push_back(subject);
    batch.tasks.push_back(std::move(tasks[i]));
    batch.plans.push_back(std::move(resolved.plans[i]));
  }
  return batches;
}

}  // namespace kiln::cli

// SPDX-License-Identifier: Apache-2.0
//
// From the words of a command line to what is built together: all definitions of a run, or each by
// itself where one that fails shall not take the others with it.
#pragma once
#include "cli/failures.hpp"
#include "cli/pipeline.hpp"

#include <deque>
#include <span>
#include <string>
#include <vector>

namespace kiln::cli {

// Tasks of one subject lie together; plans, and images once they are made, go with the tasks, in
// their order.
struct Batch {
  std::vector<const Subject*> subjects;
  std::vector<Task> tasks;
  std::vector<plan::LockedPlan> plans;
  std::vector<Built> images;
};

// Shows which images would have one name, of those that go to places of their own: whoever loads or
// pushes both keeps one.
void warn_of_shared_names(std::span<const Subject> subjects, Session& session);

// The definitions to build. Mistakes in files are shown; unless the run keeps going, they end it.
// Packages and charts are not built: those that were found in a directory are passed over.
Result<std::vector<Subject>> wanted_subjects(std::span<const std::string> paths, bool keep_going,
                                             Session& session, Failures& failures);

// The tasks of the subjects that can be built; why others cannot goes to `failures`.
std::vector<Task> tasks_of(std::span<const Subject> subjects,
                           std::span<const std::string> platforms, Session& session,
                           Failures& failures);

// What can be built, all together, or `each` definition by itself. Batches do not move.
std::deque<Batch> batches_of(std::vector<Task> tasks, Resolved resolved, const Failures& failures,
                             bool each);

}  // namespace kiln::cli

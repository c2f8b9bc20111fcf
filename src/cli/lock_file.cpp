// SPDX-License-Identifier: Apache-2.0
#include "cli/lock_file.hpp"

#include "base/strings.hpp"
#include "distributions/distributions.hpp"

#include <map>

#include <fmt/format.h>

namespace kiln::cli {

namespace {

constexpr uint64_t k_largest_lock = 64U << 20;

}  // namespace

Result<plan::Lock> read_lock_file(const Path& path) {
  std::string text = TRY(read_file(path, k_largest_lock));
  if (!trim(text).starts_with('{'))
    return fail(ErrorCode::bad_input, fmt::format("{} is no lock", path.string()),
                "`kiln lock DEFINITION` writes one");
  return with_context(plan::read_lock(text), fmt::format("reading {}", path.string()));
}

Result<std::vector<plan::LockedPlan>> plans_from_lock(std::span<const Task> tasks,
                                                      const Path& path) {
  plan::Lock lock = TRY(read_lock_file(path));
  std::vector<plan::LockedPlan> plans;
  for (const Task& task : tasks) {
    const plan::LockedPlan* locked = lock.find(task.platform);
    if (locked == nullptr)
      return fail(ErrorCode::bad_input,
                  fmt::format("{} has no plan for {}", path.string(), task.platform.str()),
                  "make the lock anew with `kiln lock --update`, or choose another --platform");
    const std::string& name = locked->plan.spec.definition_name;
    if (name != task.spec.definition_name)
      return fail(ErrorCode::bad_input,
                  fmt::format("{} is the lock of {}, not of {}", path.string(), printable(name),
                              task.subject->file.string()),
                  "`kiln lock DEFINITION` makes one");
    if (locked->plan.spec != task.spec)
      return fail(ErrorCode::bad_input,
                  fmt::format("{} has changed since {} was made", task.subject->file.string(),
                              path.string()),
                  "`kiln lock --update` shows what a new lock changes");
    plans.push_back(*locked);
  }
  return plans;
}

Result<size_t> export_bundle(const plan::Lock& lock, const Path& directory, const Store& store) {
  TRY(make_directories(directory));
  std::map<std::string, Digest> files;
  for (const plan::LockedPlan& locked : lock.plans) {
    const auto& distribution = *TRY(find_distribution(locked.plan.distribution));
    for (const plan::PlannedPackage& package : locked.plan.packages)
      files.emplace(distribution.file_name(package.id), package.sha256);
    for (const plan::LocalSource& source : locked.plan.sources)
      files.emplace(source.sha256.hex(), source.sha256);
  }
  for (const auto& [name, digest] : files) {
    MappedFile blob = TRY(MappedFile::open(store.path_of(digest)));
    TRY(write_file(directory / name, blob.bytes()));
  }
  TRY(write_file(directory / "kiln.lock", plan::write_lock(lock)));
  return files.size() + 1;
}

}  // namespace kiln::cli
